// npm's basic-ftp. Arguments: address, user, password, the content's directory; works in the current one.
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { Readable } = require('node:stream');
const { Client } = require('basic-ftp');

const [host, user, password, www] = process.argv.slice(2);
const stored = (name) => fs.readFileSync(path.join(www, name));

async function read(client) {
  await client.access({ host });
  const names = (await client.list()).map((entry) => entry.name).sort();
  assert.deepStrictEqual(names, fs.readdirSync(www).sort());
  const odd = 'spaces "quotes" ü€ and ;facts.txt';
  for (const name of ['large.bin', 'empty.bin', odd]) {
    const size = stored(name).length;
    assert.strictEqual(await client.size(name), size);
    await client.downloadTo('copy', name);
    assert(fs.readFileSync('copy').equals(stored(name)), name);
  }
  const half = stored('large.bin').length >> 1;
  fs.writeFileSync('half', stored('large.bin').subarray(0, half));
  await client.downloadTo('half', 'large.bin', half);
  assert(fs.readFileSync('half').equals(stored('large.bin')));
  assert.strictEqual((await client.lastMod('text.txt')).toISOString(), '2020-02-29T12:34:56.000Z');
  assert((await client.features()).has('MLST'));
  await client.downloadToDir('tree', 'sub');
  assert(fs.readFileSync('tree/deep/file.txt').equals(stored('sub/deep/file.txt')));
  await assert.rejects(client.uploadFrom(Readable.from(['x']), 'new.txt'), { code: 550 });
  await assert.rejects(client.remove('text.txt'), { code: 550 });
  await assert.rejects(client.send('MKD new'), { code: 550 });
  await assert.rejects(client.downloadTo('none', 'none'), { code: 550 });
  assert.strictEqual((await client.send('NOOP')).code, 200);
}

async function write(client) {
  await client.access({ host, user, password });
  await client.ensureDir('basic/one/two');
  assert.strictEqual(await client.pwd(), '/basic/one/two');
  await client.uploadFrom('copy', 'first.txt');
  await client.uploadFrom(path.join(www, 'large.bin'), 'large.bin');
  assert(stored('basic/one/two/large.bin').equals(stored('large.bin')));
  await client.appendFrom(Readable.from(['and more']), 'first.txt');
  const longer = Buffer.concat([fs.readFileSync('copy'), Buffer.from('and more')]);
  assert(stored('basic/one/two/first.txt').equals(longer));
  await client.rename('first.txt', '../second.txt');
  assert.strictEqual(await client.size('../second.txt'), fs.statSync('copy').size + 8);
  const age = Date.now() - (await client.lastMod('../second.txt')).getTime();
  assert(Math.abs(age) < 120_000, `modified ${age} ms ago`);
  await client.cd('/basic');
  await client.uploadFromDir('tree', 'tree');
  assert(stored('basic/tree/deep/file.txt').equals(stored('sub/deep/file.txt')));
  await client.remove('one/second.txt');
  await client.removeDir('tree');
  assert(!fs.existsSync(path.join(www, 'basic/tree')));
  await client.clearWorkingDir();
  assert.deepStrictEqual(await client.list(), []);
  assert.deepStrictEqual(fs.readdirSync(path.join(www, 'basic')), []);
  await client.cd('/');
  await client.removeEmptyDir('basic');
  assert(!fs.existsSync(path.join(www, 'basic')));
}

async function run(steps) {
  const client = new Client(20_000);
  try {
    await steps(client);
  } finally {
    client.close();
  }
}

(async () => {
  await run(read);
  if (user) await run(write);
})().catch((fault) => {
  console.error(fault);
  process.exitCode = 1;
});
