import type { JsonObject } from "../state/ids.js";
import { GestureRefusal } from "./person.js";

type Value = string | readonly string[] | undefined;

function optionsOf(element: JsonObject): JsonObject[] {
  const { options, option_groups } = element;
  if (Array.isArray(options)) return options as JsonObject[];
  if (Array.isArray(option_groups)) return (option_groups as JsonObject[]).flatMap(optionsOf);
  return [];
}

function chosen(element: JsonObject, value: string): JsonObject {
  const option = optionsOf(element).find((each) => each["value"] === value);
  if (option === undefined) throw new GestureRefusal(422, String(element["action_id"]), `no option "${value}"`);
  return option;
}

const list = (value: Value): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;
const single = (value: Value): string | undefined => list(value)[0];

/**
 * What an element holds, in the shape of `state.values` (reference/interaction-payloads/view-interactions-payload).
 * Without a value given, its initial one. @throws GestureRefusal 422 when the value is none of its options
 */
export function inputValue(element: JsonObject, value: Value): JsonObject {
  const type = String(element["type"]);
  const given = single(value);
  switch (type) {
    case "static_select":
    case "radio_buttons":
    case "overflow":
      return { selected_option: given === undefined ? (element["initial_option"] ?? null) : chosen(element, given) };
    case "checkboxes":
    case "multi_static_select":
      return {
        selected_options:
          value === undefined ? (element["initial_options"] ?? []) : list(value).map((each) => chosen(element, each)),
      };
    case "users_select":
      return { selected_user: given ?? element["initial_user"] ?? null };
    case "channels_select":
      return { selected_channel: given ?? element["initial_channel"] ?? null };
    case "conversations_select":
      return { selected_conversation: given ?? element["initial_conversation"] ?? null };
    case "datepicker":
      return { selected_date: given ?? element["initial_date"] ?? null };
    case "timepicker":
      return { selected_time: given ?? element["initial_time"] ?? null };
    default:
      return { value: (given ?? element["initial_value"] ?? null) || null };
  }
}
