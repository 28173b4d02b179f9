import { FIRST_NODE, Scene } from "../test/firmware/house/scene.ts";
import { Server } from "../test/firmware/house/server.ts";
import { lineOf } from "../test/firmware/house/v10-line.ts";
import type { NodeBoard } from "../test/firmware/simulator/node-board.ts";
import { World } from "../test/firmware/simulator/world.ts";
import { V10Gateway } from "../test/firmware/v10/v10-gateway.ts";
import { V10Node } from "../test/firmware/v10/v10-node.ts";

export interface Counted {
  readonly given: number;
  readonly counted: number;
  /** Share of the time that is known in entries of its own, not only as a rise of the register. */
  readonly detailed: number;
}

function one(scene: Scene): NodeBoard {
  const [node] = scene.nodes;
  if (node === undefined) throw new Error("no node");
  return node;
}

const detailS = (server: Server) =>
  (["MUP_", "MUPC", "MUPT", "MUTC"] as const)
    .flatMap((kind) => [...new Map(server.of(kind, FIRST_NODE).map((update) => [update.baseTime, update])).values()])
    .flatMap(({ entries }) => [...entries])
    .reduce((sum, { duration }) => sum + duration, 0);

/** Impulses at an even rate with a third of the frames lost, then twenty minutes of rest. */
export function atRate(perS: number): Counted {
  const scene = new Scene({ seed: 93, nodes: 1, intervalS: 5 });
  const node = one(scene);
  scene.world.ether.loss = 0.3;
  node.pulses(() => perS);
  scene.world.run(1800);
  scene.world.ether.loss = 0;
  scene.settle();
  return { given: node.pulsesGiven, counted: scene.impulses(node), detailed: 1 };
}

/** Hours at 1500 W with something going on in them, then rest until all is there. */
export function after(hours: number, happening: (scene: Scene, hour: number) => void, loss = 0): Counted {
  const scene = new Scene({ seed: 94, nodes: 1 });
  const node = one(scene);
  scene.world.ether.loss = loss;
  node.pulses(() => 1500 / 3600);
  for (let hour = 0; hour < hours; hour += 1) {
    happening(scene, hour);
    scene.world.run(3600);
  }
  scene.world.ether.loss = 0;
  scene.gateway.power(true);
  scene.world.run(3600);
  scene.settle(3600);
  return {
    given: node.pulsesGiven,
    counted: scene.countedWh(node),
    detailed: Math.min(1, detailS(scene.server) / ((hours + 1) * 3600)),
  };
}

/** The same with both devices of v10, as their models are. */
export function afterV10(hours: number, happening: (world: World, hour: number) => void, loss = 0): Counted {
  const world = new World({ seed: 94 });
  const gateway = new V10Gateway(world.scheduler, world.ether);
  const server = new Server(world, lineOf(gateway));
  const node = new V10Node(world.scheduler, world.ether, { id: FIRST_NODE });
  world.run(30);
  world.ether.loss = loss;
  let given = 0;
  const stop = node.pulses(() => {
    given += 1;
    return 1500;
  });
  for (let hour = 0; hour < hours; hour += 1) {
    happening(world, hour);
    world.run(3600);
  }
  world.ether.loss = 0;
  world.ether.drop = null;
  world.run(3600);
  stop();
  const detailed = Math.min(1, detailS(server) / ((hours + 1) * 3600));
  return { given, counted: server.book(FIRST_NODE).totalWh, detailed };
}
