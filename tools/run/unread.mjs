// Whoever reads what a program says may have seen enough (`./tonle payment list | head`): then it ends without a word.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
}
