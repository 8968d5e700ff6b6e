// `npm start`: the switch in one process and the simulators in a second one; one payment each way.
import { demonstrate } from './demonstrate.js';
import { startSingle } from './single.js';
import { runLauncher } from './terminal.js';

await runLauncher(startSingle, demonstrate('Tonle is running.'));
