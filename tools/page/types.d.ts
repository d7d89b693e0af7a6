// What the page's own files call the things of the API, by names that need no import.
// All of it follows from the server's description of itself, in made/openapi.d.ts.

import type { components, paths } from "./made/openapi";

type Schemas = components["schemas"];

/**
 * A thing as the server tells it: what has a default is always there.
 * Options alone are as few as somebody has said.
 */
type Whole<T> = T extends (infer One)[]
  ? Whole<One>[]
  : T extends object
    ? string extends keyof T
      ? T
      : { [Key in keyof T]-?: Key extends "options" ? Options : Whole<Exclude<T[Key], undefined>> }
    : T;

type Json<Content> = Content extends { content: { "application/json": infer Body } } ? Body : never;
type Success<Responses> = Json<Responses[Extract<keyof Responses, 200 | 201 | 202>]>;

declare global {
  type Options = Record<string, unknown>;
  interface Settings extends Whole<Schemas["JobSettings"]> {}
  interface StyleUse extends Whole<Schemas["StyleUse"]> {}
  interface ImageInfo extends Whole<Schemas["ImageInfo"]> {}
  interface ImageUpload extends Whole<Schemas["ImageUpload"]> {}
  interface ClipInfo extends Whole<Schemas["ClipInfo"]> {}
  interface Job extends Whole<Schemas["Job"]> {}
  interface Draft extends Whole<Schemas["Draft"]> {}
  interface Result extends Whole<Schemas["Result"]> {}
  interface GridInfo extends Whole<Schemas["GridInfo"]> {}
  interface Grid extends Whole<Schemas["Grid"]> {}
  interface LossStep extends Whole<Schemas["LossStep"]> {}
  interface Plan extends Whole<Schemas["Plan"]> {}
  type Form = Schemas["OptionForm"];
  type OptionField = Schemas["OptionField"];

  /** What a route answers. */
  type Answer<Path extends keyof paths, Verb extends keyof paths[Path]> = Promise<
    paths[Path][Verb] extends { responses: infer Responses } ? Whole<Success<Responses>> : never
  >;
  /** What a route takes. */
  type Taken<Path extends keyof paths, Verb extends keyof paths[Path]> = paths[Path][Verb] extends {
    requestBody: infer Given;
  }
    ? Json<Given>
    : never;

  /** What the stream of events tells, by its kind. */
  type Told =
    | { kind: "open" | "lost" | "reset" | "paced"; data?: unknown }
    | { kind: "job"; data: Job }
    | { kind: "losses"; data: { job: string; steps: LossStep[] } }
    | { kind: "result"; data: Result }
    | { kind: "draft"; data: Draft }
    | { kind: "grid"; data: GridInfo }
    | { kind: "clip"; data: ClipInfo }
    | { kind: "removed"; data: { job: string } }
    | { kind: "order"; data: { queue: string[] } };
}
