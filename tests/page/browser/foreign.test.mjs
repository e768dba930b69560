// The file about programs that others wrote: of these only requests, faults, roles and output are known.
import assert from 'node:assert/strict'
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {pathToFileURL} from 'node:url'
import {eventually, open, packageFile, picture, run, scratch, sizes} from './harness.mjs'

const axe = readFileSync(packageFile('axe-core/axe.min.js'), 'utf8')

/** A program that is no queue: it says that it leads, and forgets what it is given. */
const forgetful = `
import http.server, json, sys
config, index = json.load(open(sys.argv[1])), int(sys.argv[2])
class H(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_): pass
    def answer(self, body, status=200):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header('Content-Length', str(len(text)))
        self.end_headers()
        self.wfile.write(text)
    def do_GET(self):
        if self.path == '/status': self.answer({'role': 'Leader', 'term': 1})
        else: self.answer({'success': False}, 404)
    def do_PUT(self):
        self.rfile.read(int(self.headers['Content-Length']))
        print('took', self.path, flush=True)
        self.answer({'success': True}, 201)
http.server.ThreadingHTTPServer(('', config['addresses'][index]['port']), H).serve_forever()
`

test('a file about a program that others wrote shows its story, requests, roles and output', async (t) => {
  const dir = join(scratch, 'forgetful'), file = join(scratch, 'forgetful.html')
  mkdirSync(join(dir, 'src'), {recursive: true})
  writeFileSync(join(dir, 'src', 'node.py'), forgetful)
  run(['grade', dir, '-run', '^equal_messages_are_two$', '-report', `html=${file}`])
  const {runs, verdicts} = await story(file)
  assert.equal(runs[0].kind, 'foreign')
  const page = await open(t, pathToFileURL(file).href)
  const text = async (/** @type {string} */ selector) => (await page.locator(selector).allInnerTexts()).join('\n')
  await eventually(async () => assert.match(await text('.foreign article h2'), /^equal_messages_are_two: wrong$/))
  assert.equal(await text('.foreign-wrong'), verdicts[0].text)
  const lines = await page.locator('.foreign-lines').first().locator('li').count()
  assert.equal(lines, runs[0].foreign.story.length)
  assert.equal(await page.locator('.foreign-calls tbody tr').count(), Math.min(500, runs[0].foreign.calls.length))
  assert.equal(await page.locator('.foreign-picture .request').count(), runs[0].foreign.calls.length)
  assert.match((await page.locator('.foreign-picture .leads ~ title').allTextContents()).join(), /Leader 1/)
  assert.match(await text('.foreign-lines'), /took \/message/)
  await page.evaluate(axe)
  for (const [name, size] of Object.entries(sizes)) {
    await page.setViewportSize(size)
    await picture(page, 'foreign-' + name)
    const found = await page.evaluate(async () => (await window.axe.run(document, {resultTypes: ['violations']})).violations.map((v) => [v.id, v.nodes.map((n) => n.html)]))
    assert.deepEqual(found, [])
  }
})

/** What stands in the file. @param {string} file */
async function story(file) {
  const block = /id="story"[^>]*>(.*?)<\/script>/s.exec(readFileSync(file, 'utf8'))
  const bytes = Buffer.from(JSON.parse(/** @type {RegExpExecArray} */ (block)[1]).data, 'base64')
  return JSON.parse(await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text())
}
