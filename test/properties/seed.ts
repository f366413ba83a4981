/** The seed of the property tests. It is printed, so that a failure can be repeated with VGIC_SEED. */
export const seed = Number(process.env.VGIC_SEED ?? Date.now() % 0x7fffffff);

console.log(`property tests: seed ${seed} (repeat with VGIC_SEED=${seed})`);
