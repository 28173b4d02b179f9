import { type Failure, ok, type Result } from "../model/index.ts";
import { BODY_LIMIT_BYTES, type Brought, badPost, bodyOf, NOTHING } from "./body.ts";
import { admit, challenge, lacking } from "./guard.ts";
import { type ApiPorts, type ApiRequest, type ApiResponse, header } from "./http.ts";
import { type RateLimit, RateLimiter, WRONG_TOKENS } from "./limiter.ts";
import { match } from "./match.ts";
import { offered } from "./media.ts";
import { negotiate } from "./negotiate.ts";
import { parseParameters, splitQuery } from "./parameters.ts";
import { problem } from "./problem.ts";
import { render } from "./render.ts";
import type { Call, Route } from "./route.ts";
import { ROUTES } from "./routes.ts";
import type { Token } from "./tokens.ts";

export type Api = (request: ApiRequest) => Promise<ApiResponse>;

const LONGEST_URL = 2048;
/** Uploads that are taken at once: each is held in memory. */
const MOST_UPLOADS = 4;
const TOO_MANY: Failure = {
  code: "METERMAN_TOO_MANY",
  message: "too many requests: wait some seconds, then ask less often",
};
const BUSY: Failure = {
  code: "METERMAN_TOO_MANY",
  message: "other uploads are under way: try again when they are done",
};
/** No sniffing, and no embedding by pages of other origins. */
const ALWAYS = { "x-content-type-options": "nosniff", "cross-origin-resource-policy": "same-origin" };

/**
 * The REST API under `/meterman/api/v1`: one function from request to response. It never rejects; every refusal is a
 * problem with a code. Bearers of `tokens` are answered, and this machine, see `admit`.
 */
export function createApi(ports: ApiPorts, options: ApiOptions = {}): Api {
  const gate: Gate = {
    tokens: options.tokens ?? [],
    all: new RateLimiter(options.rateLimit),
    wrong: new RateLimiter(WRONG_TOKENS),
    uploads: 0,
  };
  return async (request) => {
    const response = await answer(request, ports, gate).catch((thrown: unknown) => {
      ports.fault(thrown instanceof Error ? thrown : new Error(String(thrown)));
      return problem({ code: "METERMAN_INTERNAL", message: "a fault in meterman: Node-RED's log tells more" });
    });
    const headers = { ...ALWAYS, ...response.headers };
    return request.method === "HEAD" ? { ...response, headers, body: "" } : { ...response, headers };
  };
}

export interface ApiOptions {
  readonly rateLimit?: RateLimit;
  readonly tokens?: readonly Token[];
}

interface Gate {
  readonly tokens: readonly Token[];
  readonly all: RateLimiter;
  /** Right tokens do not count here: nobody is locked out by others who guess, and what cannot be guessed may be tried. */
  readonly wrong: RateLimiter;
  /** Under way now. */
  uploads: number;
}

async function answer(request: ApiRequest, ports: ApiPorts, gate: Gate): Promise<ApiResponse> {
  const admitted = admit(request, gate.tokens);
  const isWrong = !admitted.ok && header(request, "authorization") !== undefined;
  const limiter = isWrong ? gate.wrong : gate.all;
  if ((admitted.ok || isWrong) && !limiter.take(request.remote ?? "", ports.now())) return problem(TOO_MANY);
  if (!admitted.ok) return problem(admitted.error, { headers: challenge(request, admitted.error) });
  if (request.path.length + request.query.length + 1 > LONGEST_URL) {
    const message = `an address may be ${LONGEST_URL} characters long`;
    return problem({ code: "METERMAN_TOO_LARGE", message }, { status: 414 });
  }
  const found = match(ROUTES, request.path);
  if (!found.ok) return problem(found.error);
  const allow = allowed(found.value.routes);
  if (request.method === "OPTIONS") return { status: 204, headers: { allow }, body: "" };
  const route = found.value.routes.find(
    ({ method }) => method === (request.method === "HEAD" ? "GET" : request.method),
  );
  if (route === undefined) {
    return problem({ code: "METERMAN_UNSUPPORTED", message: `this address takes ${allow}` }, { headers: { allow } });
  }
  const lack = lacking(admitted.value, route.scope);
  if (lack !== undefined) return problem(lack, { headers: challenge(request, lack, route.scope) });
  const type = negotiate(header(request, "accept"), offered(route));
  if (type === undefined) {
    const message = `this address speaks ${offered(route).join(", ")}`;
    return problem({ code: "METERMAN_UNSUPPORTED", message, field: "Accept" }, { status: 406 });
  }
  const asked = { request, ports, route, caller: admitted.value, type, path: found.value.values };
  if ((route.limitBytes ?? 0) <= BODY_LIMIT_BYTES) return serve(asked);
  if (gate.uploads >= MOST_UPLOADS) return problem(BUSY);
  gate.uploads += 1;
  return serve(asked).finally(() => {
    gate.uploads -= 1;
  });
}

interface Asked extends Pick<Call, "ports" | "caller" | "type"> {
  readonly request: ApiRequest;
  readonly route: Route;
  readonly path: ReadonlyMap<string, string>;
}

async function serve({ request, ports, route, caller, type, path }: Asked): Promise<ApiResponse> {
  const query = splitQuery(request.query);
  if (!query.ok) return problem(query.error);
  const isPost = route.method === "POST";
  const brought: Result<Brought> = isPost ? await bodyOf(request, route) : ok(NOTHING);
  if (!brought.ok) return badPost(brought.error);
  const { fields, body } = brought.value;
  const given = parseParameters(route.parameters, { path, query: query.value, body: fields });
  if (!given.ok) return problem(given.error);
  const call = { given: given.value, body, ports, caller, type, now: ports.now() };
  const result = await route.handle(call);
  if (!result.ok) return isPost ? badPost(result.error) : problem(result.error);
  return render({ request, route, call, answer: result.value });
}

function allowed(routes: readonly Route[]): string {
  const methods = new Set<string>(routes.map(({ method }) => method));
  if (methods.has("GET")) methods.add("HEAD");
  return [...methods, "OPTIONS"].join(", ");
}
