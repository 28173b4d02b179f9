import { type ApiPorts, unknownShed } from "../../api/index.ts";
import type { DemandReport, ShedReport } from "../../model/index.ts";
import type { DemandService, ShedService } from "../services.ts";
import type { Shell } from "../shell/index.ts";

type DemandPorts = Pick<ApiPorts, "demands" | "sheds" | "overrideLoad" | "setDryRun">;

/** What demand and shed nodes of the flow offer; they are looked up anew for each question, so any deploy is right. */
export function demandPorts(shell: Shell<unknown>): DemandPorts {
  const report = reporter(shell);
  const shedOf = (id: string) => shell.service(id, "shed");
  return {
    demands: () => report<DemandService, DemandReport>((id) => shell.service(id, "demand")),
    sheds: () => report<ShedService, ShedReport>(shedOf),
    overrideLoad: (id, load, wish, forS) => shedOf(id)?.override(load, wish, forS) ?? unknownShed(),
    setDryRun: (id, on) => shedOf(id)?.setDryRun(on) ?? unknownShed(),
  };
}

/** One node that cannot tell must not hide the others; it is asked every few seconds, and told of once. */
function reporter({ RED, report: tell }: Shell<unknown>) {
  const told = new Set<string>();
  return <S extends { report(): R }, R>(find: (id: string) => S | undefined): R[] => {
    const reports: R[] = [];
    RED.nodes.eachNode(({ id }) => {
      try {
        const service = find(id);
        if (service !== undefined) reports.push(service.report());
      } catch (thrown) {
        const message = `node ${id} cannot report: ${thrown instanceof Error ? thrown.message : "unknown"}`;
        if (!told.has(message)) tell({ code: "METERMAN_INTERNAL", message });
        told.add(message);
      }
    });
    return reports;
  };
}
