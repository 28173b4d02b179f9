import { CALENDAR_SCHEMA, HOLIDAY_PATTERN } from "./calendar.ts";
import { WINDOW_MINUTES } from "./tariff.ts";

const months = CALENDAR_SCHEMA.properties.months;
const price = { type: "number", minimum: 0, maximum: 1e9 } as const;
const currency = { type: "string", minLength: 1, maxLength: 8 } as const;

export const TARIFF_SCHEMA = {
  type: "object",
  additionalProperties: false,
  required: ["name", "windowMinutes", "zone", "highest"],
  properties: {
    name: { type: "string", minLength: 1, maxLength: 80 },
    windowMinutes: { enum: WINDOW_MINUTES },
    stepMinutes: { type: "integer", minimum: 1, maximum: 30 },
    zone: { type: "string", minLength: 1, maxLength: 64 },
    counts: { type: "array", items: CALENDAR_SCHEMA, maxItems: 24 },
    onPeak: { type: "array", items: CALENDAR_SCHEMA, maxItems: 24 },
    holidays: { type: "array", items: { type: "string", pattern: HOLIDAY_PATTERN }, maxItems: 100 },
    highest: { type: "integer", minimum: 1, maximum: 31 },
    distinctDays: { type: "boolean" },
    floorW: { type: "number", minimum: 0, maximum: 1e6 },
    limitW: { type: "number", exclusiveMinimum: 0, maximum: 1e6 },
    weights: {
      type: "array",
      maxItems: 24,
      items: {
        type: "object",
        additionalProperties: false,
        required: ["when", "factor"],
        properties: { when: CALENDAR_SCHEMA, factor: { type: "number", exclusiveMinimum: 0, maximum: 10 } },
      },
    },
    averageMonths: { type: "integer", minimum: 1, maximum: 12 },
    price: {
      oneOf: [
        {
          type: "object",
          additionalProperties: false,
          required: ["kind", "currency", "per", "rates"],
          properties: {
            kind: { const: "per-kw" },
            currency,
            per: { enum: ["day", "month", "year"] },
            rates: {
              type: "array",
              minItems: 1,
              maxItems: 12,
              items: {
                type: "object",
                additionalProperties: false,
                required: ["perKw"],
                properties: { months, perKw: price },
              },
            },
          },
        },
        {
          type: "object",
          additionalProperties: false,
          required: ["kind", "currency", "steps"],
          properties: {
            kind: { const: "steps" },
            currency,
            steps: {
              type: "array",
              minItems: 1,
              maxItems: 40,
              items: {
                type: "object",
                additionalProperties: false,
                required: ["perMonth"],
                properties: { belowKw: price, perMonth: price },
              },
            },
          },
        },
      ],
    },
    energy: {
      type: "object",
      additionalProperties: false,
      required: ["currency", "rates"],
      properties: {
        currency,
        rates: {
          type: "array",
          minItems: 1,
          maxItems: 24,
          items: {
            type: "object",
            additionalProperties: false,
            required: ["perKwh"],
            properties: {
              when: { type: "array", items: CALENDAR_SCHEMA, minItems: 1, maxItems: 24 },
              // Below zero where the market is.
              perKwh: { type: "number", minimum: -1e6, maximum: 1e6 },
              dear: { type: "boolean" },
            },
          },
        },
      },
    },
  },
} as const;
