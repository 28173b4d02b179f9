/** REST: a request in, a response out. Knows neither Node-RED nor express. */
export { type Api, createApi } from "./api.ts";
export type { ApiPorts, ApiRequest, ApiResponse, NodeHealth, OpenArchive } from "./http.ts";
export { RATE_LIMIT, type RateLimit } from "./limiter.ts";
