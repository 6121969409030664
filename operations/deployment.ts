import { loadProject, type Project } from "../stacks/project";
import { namesFor, type Names } from "../settings/names";
import type { Settings } from "../settings/schema";

/** The deployment that the files in this folder describe. */
export interface Deployment extends Project {
  readonly settings: Settings;
  readonly names: Names;
}

/** Reads settings, tools and policies of the ENVIRONMENT. Throws UserError with every mistake in them. */
export function loadDeployment(): Deployment {
  const project = loadProject();
  return { ...project, names: namesFor(project.settings.name) };
}
