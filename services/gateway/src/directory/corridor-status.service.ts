import type { Direction } from '@tonle/contracts';
import type { Corridor } from '@tonle/directory';
import type { PartnerHealth } from '@tonle/door';
import type { PublicCorridorStatus } from './corridor-status.schema.js';
import { showStatus } from './corridor-status.view.js';

/** How corridors stand now: by what the directory says, and by how their networks answer. */
export class CorridorStatusService {
  constructor(private readonly health: Pick<PartnerHealth, 'of' | 'reports'>) {}

  statusOf(corridor: Corridor, atMs: number): PublicCorridorStatus {
    const healthOf = (direction: Direction) => this.health.of(corridor, direction);
    return showStatus(corridor, atMs, healthOf, this.health.reports);
  }
}
