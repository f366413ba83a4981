/** Traces are bundled as text. */
declare module "*.vgic" {
  const text: string;
  export default text;
}
