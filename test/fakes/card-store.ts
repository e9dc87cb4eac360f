import type { InvestigationRequest } from "../../src/domain/investigation-request.js";
import { Card, type CardStore, type PostRecord } from "../../src/findings/index.js";

/** Cards and posts in memory, through the same schema as the real store; one lock for each run. */
export function createCardStore(...requests: InvestigationRequest[]): CardStore & {
  cards: Map<string, Card>;
  posts: Map<string, PostRecord>;
  locked: Set<string>;
} {
  const cards = new Map<string, Card>();
  const posts = new Map<string, PostRecord>();
  const locked = new Set<string>();
  return {
    cards,
    posts,
    locked,
    load: (run) => Promise.resolve(cards.get(run) ?? null),
    save(run, card) {
      cards.set(run, Card.parse(JSON.parse(JSON.stringify(card))));
      return Promise.resolve();
    },
    request: (run) => Promise.resolve(requests.find((request) => request.run === run) ?? null),
    post: (run, key) => Promise.resolve(posts.get(`${run} ${key}`) ?? null),
    savePost(run, key, record) {
      posts.set(`${run} ${key}`, record);
      return Promise.resolve();
    },
    async withLock(run, work) {
      if (locked.has(run)) return null;
      locked.add(run);
      try {
        return { value: await work() };
      } finally {
        locked.delete(run);
      }
    },
  };
}
