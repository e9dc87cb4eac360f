import * as z from "zod";
import { namespacedKinds } from "../collect/kinds.js";

/** A kind of which objects were read. */
export const Kind = z.enum(namespacedKinds.map(([, kind]) => kind));

/** The name of an object as Kubernetes allows it: no path, no other namespace. */
export const Name = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, "expected a name as listed by list_objects");

/** How many lines a tool answers with. */
export const Most = z.int().min(1).max(50).default(20);

/** The name of a Service, without the namespace that a host name may carry. */
export const ServiceName = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, "expected the name alone of a Service of this namespace");
