import type { Command } from 'commander';
import type { Bind } from './command-context.js';
import { runEvents, type EventsOptions } from './events.js';
import { runWebhookListen, type ListenOptions } from './webhook-listen.js';
import {
  runWebhookAdd,
  runWebhookEnable,
  runWebhookList,
  runWebhookLog,
  runWebhookRemove,
  runWebhookResend,
  runWebhookRotate,
  runWebhookTest,
  type AddOptions,
  type LogOptions,
  type ResendOptions,
  type RotateOptions,
} from './webhooks.js';

/** `tonle events` and `tonle webhooks`: what participants are told by themselves. */
export function addNoticeCommands(program: Command, bind: Bind): void {
  program
    .command('events')
    .description('List what you were told, oldest first: ends of payments, and what keeps one from its end.')
    .option('--after <cursor>', 'only what follows this place (default: all that is kept)')
    .option('--types <types>', 'only these: payment.completed,payment.failed')
    .option('--limit <n>', 'events per page')
    .option('--follow', 'then wait for what comes, until it is stopped')
    .option('--count <n>', 'with --follow: end after so many')
    .action(bind((context, options) => runEvents(context, options as EventsOptions)));
  const webhooks = program.command('webhooks').description('Where your events are sent to.');
  addEndpointCommands(webhooks, bind);
  addDeliveryCommands(webhooks, bind);
}

const TYPES = ['--types <types>', 'only these: payment.completed,payment.failed (default: all)'] as const;

/** An endpoint is named by its id, the beginning of it, or its URL. */
function addEndpointCommands(webhooks: Command, bind: Bind): void {
  webhooks
    .command('list')
    .description('List your endpoints, and which take nothing.')
    .action(bind((context) => runWebhookList(context)));
  webhooks
    .command('add <url>')
    .description('Have your events sent to a URL; again changes types and description.')
    .option(...TYPES)
    .option('--format <format>', 'webhook (JSON) or pacs.002 (XML: the ends of payments that you sent)')
    .option('--description <text>')
    .action(bind((context, options, args) => runWebhookAdd(context, args[0]!, options as AddOptions)));
  webhooks
    .command('remove <endpoint>')
    .description('Have nothing sent to an endpoint (its id or URL) any more.')
    .action(bind((context, _options, args) => runWebhookRemove(context, args[0]!)));
  webhooks
    .command('enable <endpoint>')
    .description('Go on with an endpoint that was disabled.')
    .action(bind((context, _options, args) => runWebhookEnable(context, args[0]!)));
  webhooks
    .command('rotate-key <endpoint>')
    .description('Get a new key for an endpoint; for a while the one before signs as well.')
    .option('--overlap-hours <n>', 'how long (default 24; 0 for a key that was stolen)')
    .action(bind((context, options, args) => runWebhookRotate(context, args[0]!, options as RotateOptions)));
}

function addDeliveryCommands(webhooks: Command, bind: Bind): void {
  webhooks
    .command('test <endpoint>')
    .description('Send an event to an endpoint to try it; exit 1 when it is not taken.')
    .action(bind((context, _options, args) => runWebhookTest(context, args[0]!)));
  webhooks
    .command('log <endpoint>')
    .description('List what was sent to an endpoint, newest first, and how that went.')
    .option('--state <state>', 'pending, delivered or failed')
    .option('--cursor <cursor>', 'continue after an earlier page')
    .option('--limit <n>', 'deliveries per page')
    .action(bind((context, options, args) => runWebhookLog(context, args[0]!, options as LogOptions)));
  webhooks
    .command('resend <endpoint> [event]')
    .description('Send an event once more, under the same id, or all that failed.')
    .option('--failed-since <instant>', 'all that were given up and told at or after this')
    .action(
      bind((context, options, args) =>
        runWebhookResend(context, args[0]!, args[1], options as ResendOptions),
      ),
    );
  webhooks
    .command('listen')
    .description(
      'Take your events here while this runs; each is verified and shown. Exit 1 when one does not verify.',
    )
    .option('--port <port>', 'on 127.0.0.1 (default: any that is free)')
    .option('--url <url>', 'where the gateway reaches it, if not there')
    .option('--forward <url>', 'pass each on; its answer is given back')
    .option(...TYPES)
    .option('--count <n>', 'end after so many')
    .action(bind((context, options) => runWebhookListen(context, options as ListenOptions)));
}
