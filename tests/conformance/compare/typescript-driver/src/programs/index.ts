/** The programs, by their names. */
import type { Scene } from '../scene.js';
import * as activities from './activities.js';
import * as children from './children.js';
import * as messages from './messages.js';
import * as runs from './runs.js';
import * as schedules from './schedules.js';

export const programs: Record<string, (scene: Scene) => Promise<void>> = {
  ...activities,
  ...children,
  ...messages,
  ...runs,
  ...schedules,
};
