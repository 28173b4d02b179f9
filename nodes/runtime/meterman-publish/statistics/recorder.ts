import {
  CLOCK,
  judgedFrom,
  METADATA_SCHEMA,
  type MetadataAnswer,
  RECORDER_INFO_SCHEMA,
  type RecorderInfo,
  type Repair,
  repairMessage,
  type Series,
  STATISTICS_SCHEMA,
  type StatisticsAnswer,
  type StatisticsRow,
  statisticsQuery,
  statisticsRows,
  unitIn,
} from "../../../home-assistant/index.ts";
import { type EpochSeconds, epochSeconds, failed, ok, type Result } from "../../../model/index.ts";
import type { HomeAssistantService } from "../../services.ts";
import { parser } from "../../shell/index.ts";

const statisticsOf = parser<StatisticsAnswer>(STATISTICS_SCHEMA, "METERMAN_HA_CALL");
const metadataOf = parser<MetadataAnswer>(METADATA_SCHEMA, "METERMAN_HA_CALL");
const infoOf = parser<RecorderInfo>(RECORDER_INFO_SCHEMA, "METERMAN_HA_CALL");
const clockOf = parser<number>({ type: "number", minimum: 0 }, "METERMAN_HA_CALL");

const DAY_S = 86_400;
/** How far back the last hour before a span is looked for: it is nearly always the one right before. */
const LOOK_BACK_S = [2 * DAY_S, 30 * DAY_S, 400 * DAY_S, 40 * 365 * DAY_S];
/** Home Assistant keeps its 5-minute rows for ten days unless told otherwise. */
const TAIL_S = 11 * DAY_S;

/** Home Assistant's recorder, for one of its statistics at a time. */
export class Recorder {
  readonly #service: HomeAssistantService;

  constructor(service: HomeAssistantService) {
    this.#service = service;
  }

  /** Home Assistant's time. METERMAN_UNSUPPORTED: it runs without a recorder; METERMAN_HA_STATISTICS: that is busy. */
  async now(): Promise<Result<EpochSeconds>> {
    const answer = await this.#service.request({ type: "recorder/info" });
    const info = answer.ok ? infoOf(answer.value) : answer;
    if (!info.ok) return info;
    if (!info.value.recording || info.value.migration_in_progress) {
      return failed("METERMAN_HA_STATISTICS", "Home Assistant's recorder is paused or is migrating its database");
    }
    const clock = await this.#service.rest("POST", "/api/template", CLOCK);
    const time = clock.ok ? clockOf(clock.value) : clock;
    return time.ok ? ok(epochSeconds(Math.floor(time.value))) : time;
  }

  /** @param from judge the hours from here on @param floor but none before this one */
  async series(id: string, from: EpochSeconds, floor: EpochSeconds, now: EpochSeconds): Promise<Result<Series>> {
    const least = (at: EpochSeconds) => epochSeconds(Math.max(at, floor));
    let judged = least(from);
    let rows = await this.#around(id, judged);
    if (!rows.ok) return rows;
    const earlier = least(judgedFrom(rows.value, judged));
    if (earlier < judged) {
      judged = earlier;
      rows = await this.#around(id, judged);
      if (!rows.ok) return rows;
    }
    const tail = await this.tail(id, rows.value.at(-1)?.start ?? now, now);
    if (!tail.ok) return tail;
    return ok({
      anchor: rows.value.findLast(({ start }) => start < judged) ?? null,
      hours: rows.value.filter(({ start }) => start >= judged),
      tail: tail.value,
    });
  }

  /** Its newest 5-minute row. @param near it is hardly older than this */
  async tail(id: string, near: EpochSeconds, now: EpochSeconds): Promise<Result<StatisticsRow | null>> {
    for (const from of [Math.min(near, now - 7200), now - TAIL_S]) {
      const rows = await this.rows(id, "5minute", epochSeconds(from));
      if (!rows.ok) return rows;
      const newest = rows.value.at(-1);
      if (newest !== undefined) return ok(newest);
    }
    return ok(null);
  }

  async rows(
    id: string,
    period: "hour" | "5minute",
    from: EpochSeconds,
    to?: EpochSeconds,
  ): Promise<Result<readonly StatisticsRow[]>> {
    const answer = await this.#service.request(statisticsQuery(id, period, from, to));
    const statistics = answer.ok ? statisticsOf(answer.value) : answer;
    return statistics.ok ? ok(statisticsRows(statistics.value, id)) : statistics;
  }

  /**
   * Success means only that it is in Home Assistant's queue: read it back. An import overwrites the unit that its user
   * may have changed a moment ago, so that is asked for right before.
   */
  async order(
    id: string,
    step: Extract<Repair, { readonly kind: "adjust" | "import" }>,
    version: string,
  ): Promise<Result<unknown>> {
    const answer = await this.#service.request({ type: "recorder/get_statistics_metadata", statistic_ids: [id] });
    const metadata = answer.ok ? metadataOf(answer.value) : answer;
    const unit = metadata.ok ? unitIn(metadata.value, id) : metadata;
    return unit.ok ? this.#service.request(repairMessage(id, unit.value, step, version)) : unit;
  }

  async #around(id: string, from: EpochSeconds): Promise<Result<readonly StatisticsRow[]>> {
    let rows: Result<readonly StatisticsRow[]> = ok([]);
    for (const back of LOOK_BACK_S) {
      rows = await this.rows(id, "hour", epochSeconds(Math.max(0, from - back)));
      if (!rows.ok || rows.value.some(({ start }) => start < from)) break;
    }
    return rows;
  }
}
