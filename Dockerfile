FROM node:24-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY scripts ./scripts
COPY prompts ./prompts
COPY src ./src
RUN node scripts/build.mjs --production

FROM node:24-slim
ENV NODE_ENV=production
COPY --from=build /src/dist /app
USER 65532:65532
ENTRYPOINT ["node", "/app/main/cli.js"]
