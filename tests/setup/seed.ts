import fc from 'fast-check';

// One seed a run, printed by the reporter; TONLE_SEED=n repeats a run.
const seed = Number.parseInt(process.env['TONLE_SEED'] ?? '', 10);
if (Number.isInteger(seed)) fc.configureGlobal({ seed });
