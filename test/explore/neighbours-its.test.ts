import { testNeighbours } from "./neighbours.ts";

testNeighbours({ model: "v3", its: true });
