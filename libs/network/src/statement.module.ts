import { adapterCalls } from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import { uetrsOf } from '@tonle/door';
import { PLATFORM, provideBy } from '@tonle/http';
import { Service, type Platform } from '@tonle/platform';
import { EvidenceLog } from '@tonle/door';
import { breakOf } from './files/file-fault.js';
import { ContentsDiffer } from './files/file-set.decide.js';
import { FileStatement } from './files/file-statement.js';
import type { NetworkFiles } from './files/network-files.js';
import { openPlace } from './files/open-place.js';
import { LegStore } from './leg.store.js';
import type { StatementSource } from './network.js';
import { OpenWires } from './open-wires.js';
import { StatementReader, zoneFault, type StatementReaderOptions } from './statement-reader.js';

type StatementProvider = ReturnType<typeof provideBy<StatementReader, []>>;

/** Statements that a network answers. */
export function statementProvider(source: StatementSource): StatementProvider {
  return providerOf(() => source);
}

/** Statements that are made of a network's files. */
export function fileStatementProvider(files: NetworkFiles): StatementProvider {
  return providerOf((parts) => sourceOfFiles(files, parts));
}

interface SourceParts {
  readonly platform: Platform;
  readonly wires: OpenWires;
  readonly evidence: EvidenceLog;
}

/** Answered by every network that gives statements: why there is none that may be believed is an answer too. */
function providerOf(sourceOf: (parts: SourceParts) => StatementReaderOptions['source']): StatementProvider {
  return provideBy(
    StatementReader,
    [PLATFORM, OpenWires, EvidenceLog, LegStore, Directory, Service],
    (platform, wires, evidence, store, directory, service) => {
      const { clock, database } = platform;
      const source = sourceOf({ platform, wires, evidence });
      const received = (messageIds: readonly string[]) =>
        uetrsOf(database, directory.networkOfAdapter(platform.service)?.participant ?? '', messageIds);
      const reader = new StatementReader({ source, wires, evidence, store, received, database, clock });
      service.call(adapterCalls(platform.service).statement, async (request) => {
        const { calendar } = directory.networkOfAdapter(platform.service) ?? {};
        const fault = zoneFault(calendar, source.utcOffsetMinutes);
        if (fault !== undefined) return { lines: [], missing: fault };
        return reader.page(request).catch((error: unknown) => {
          const text = 'there is no statement that may be believed';
          platform.telemetry.log.warn({ err: error, ...request }, text);
          const differing = error instanceof ContentsDiffer ? { differing: [...error.contents] } : {};
          const fault = breakOf(error);
          return {
            lines: [],
            missing: (error as Error).message,
            ...(fault !== undefined && { fault }),
            ...differing,
          };
        });
      });
      return reader;
    },
  );
}

function sourceOfFiles(
  files: NetworkFiles,
  { platform, wires, evidence }: SourceParts,
): StatementReaderOptions['source'] {
  const { database, clock, telemetry } = platform;
  const fetch = openPlace(files, { wires, keep: (each) => evidence.keep(each) });
  const statement = new FileStatement({ files, fetch, database, clock, telemetry });
  const { utcOffsetMinutes } = files;
  return { kind: 'files', utcOffsetMinutes, day: (...asked) => statement.day(...asked) };
}
