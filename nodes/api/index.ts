/** REST: a request in, a response out. Knows neither Node-RED nor express. */
export { parseAdjustment, type Wanted } from "./adjustment-body.ts";
export { type Api, type ApiOptions, createApi } from "./api.ts";
export { unknownShed } from "./demand.ts";
export {
  CSV_EXPORT,
  type Entry,
  type ExportCounts,
  type ExportFormat,
  type ExportHead,
  exportPieces,
  Faults,
  NDJSON_EXPORT,
  type OtherLine,
  ROW_TYPES,
  type RowType,
  readEntries,
} from "./formats/index.ts";
export type { ApiPorts, ApiRequest, ApiResponse, NodeHealth, OpenArchive } from "./http.ts";
export { RATE_LIMIT, type RateLimit } from "./limiter.ts";
export { createPage, FOLDER_PATHS, type PageFiles } from "./page.ts";
export { type NewToken, newToken, SCOPES, type Scope, SECRET_BYTES, TOKENS_SCHEMA, type Token } from "./tokens.ts";
