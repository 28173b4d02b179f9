import { ask, type Got, headersOf, isObject } from "../parts/client.ts";
import type { Answer } from "./state.ts";

/** Asks for everything that the page shows. */
export function getDemand(token: string | null): Promise<Got<Answer>> {
  return ask("demand", { headers: headersOf(token) }, isAnswer);
}

/** @param path below `demand/`, its parts percent-encoded */
export function post(path: string, fields: object, token: string | null): Promise<Got<object>> {
  const body = JSON.stringify(fields);
  const headers = { ...headersOf(token), "content-type": "application/json" };
  return ask(`demand/${path}`, { method: "POST", body, headers }, isObject);
}

function isAnswer(value: unknown): value is Answer {
  const { demand, shed, scopes } = Object(value) as Partial<Answer>;
  return Array.isArray(demand) && Array.isArray(shed) && Array.isArray(scopes);
}
