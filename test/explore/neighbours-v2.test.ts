import { testNeighbours } from "./neighbours.ts";

testNeighbours({ model: "v2", its: false });
