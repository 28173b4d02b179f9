import { ENERGY_ROLES, ok, parseMeterId } from "../model/index.ts";
import { badQuery } from "./problem.ts";
import type { Route } from "./route.ts";
import { METER } from "./rows.ts";

const ROLE = "grid (what comes from the utility) or device (one consumer behind it)";

export const energyDashboardRoute: Route = {
  method: "POST",
  path: "/meters/{meter}/energy-dashboard",
  id: "addToEnergyDashboard",
  scope: "adjust",
  summary: "Shows a meter in Home Assistant's Energy dashboard, beside everything that is there",
  parameters: [METER, { name: "as", in: "body", required: true, description: ROLE, schema: { enum: ENERGY_ROLES } }],
  answer: "EnergyDashboard",
  async handle({ given, ports }) {
    const meter = parseMeterId(given.meter);
    if (!meter.ok) return badQuery(meter.error.message, "meter");
    const as = ENERGY_ROLES.find((role) => role === given.as);
    if (as === undefined) return badQuery(`as must be ${ROLE}`, "as");
    const answer = await ports.addToEnergyDashboard({ meter: meter.value, as });
    return answer.ok ? ok({ body: answer.value }) : answer;
  },
};
