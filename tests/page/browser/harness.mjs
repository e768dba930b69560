/**
 * What the tests in a browser share: the program, the browser, and pages that are watched.
 *
 *   EMULATOR=FILE     the program to test; without it, it is built first
 *   PAGE_TOOLS=DIR    where run.sh has installed what package.json names
 *   CHROMIUM=FILE     the browser; without it, that of Debian
 *   SCREENSHOTS=DIR   where screenshots are left; without it, among the temporary files
 *
 * @module
 */

import assert from 'node:assert/strict'
import {execFileSync, spawn} from 'node:child_process'
import {mkdirSync, mkdtempSync, rmSync} from 'node:fs'
import {createRequire} from 'node:module'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {after} from 'node:test'
import {fileURLToPath} from 'node:url'

const env = process.env
const root = fileURLToPath(new URL('../../..', import.meta.url))
const tools = createRequire(join(env.PAGE_TOOLS ?? join(root, 'tests/page'), 'package.json'))

/** What is to be done at the end of a test, the newest first. @type {WeakMap<object, (() => Promise<void>)[]>} */
const endings = new WeakMap()

/**
 * @param {import('node:test').TestContext} t
 * @param {() => Promise<void>} end
 */
export function atEnd(t, end) {
  const list = endings.get(t)
  if (list) return void list.unshift(end)
  const all = [end]
  endings.set(t, all)
  t.after(async () => { for (const one of all) await one() })
}

/** Files of the tests; removed at the end. */
export const scratch = mkdtempSync(join(tmpdir(), 'emulator-browser-'))
export const pictures = env.SCREENSHOTS ?? join(tmpdir(), 'emulator-screenshots')
mkdirSync(pictures, {recursive: true})

/** @type {Set<import('node:child_process').ChildProcess>} */
const children = new Set()
let browser = null

after(async () => {
  await (await browser)?.close()
  for (const child of children) child.kill('SIGKILL')
  rmSync(scratch, {recursive: true, force: true})
  console.log(`screenshots: ${pictures}`)
})

/** The path of a package's file. @param {string} name */
export function packageFile(name) { return tools.resolve(name) }

let built = env.EMULATOR ?? ''

/** The program under test. */
export function program() {
  if (!built) {
    built = join(scratch, 'emulator')
    execFileSync('go', ['build', '-o', built, '.'], {cwd: root, stdio: 'inherit'})
  }
  return built
}

/**
 * Runs a command of the program to its end, and returns what it prints.
 * @param {string[]} args
 * @param {number} [status] the exit code that it must have
 */
export function run(args, status = 0) {
  try {
    const text = execFileSync(program(), args, {cwd: scratch, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']})
    assert.equal(status, 0, `${args.join(' ')} must fail`)
    return text
  } catch (err) {
    if (err.status !== status || err.status === 0) throw err
    return err.stdout
  }
}

/**
 * Starts a command that says in one line of JSON when it is ready.
 * @param {string[]} args
 * @returns {Promise<{ready: any, child: import('node:child_process').ChildProcess, stop: () => Promise<void>}>}
 */
export function start(args) {
  const child = spawn(program(), args, {cwd: scratch, stdio: ['ignore', 'pipe', 'pipe']})
  children.add(child)
  const ended = new Promise((resolve) => child.once('close', resolve))
  const stop = async () => {
    child.kill('SIGKILL')
    await ended
    children.delete(child)
  }
  return new Promise((resolve, reject) => {
    let out = ''
    let errors = ''
    child.stderr.on('data', (data) => { errors = (errors + data).slice(-4000) })
    child.stdout.on('data', (data) => {
      if (out.includes('\n')) return
      out += data
      if (out.includes('\n')) resolve({ready: JSON.parse(out.split('\n')[0]), child, stop})
    })
    child.once('close', () => reject(new Error(`${args.join(' ')} ended: ${errors}`)))
  })
}

/**
 * Hosts a cluster on free ports, for the length of a test.
 * @param {import('node:test').TestContext} t
 * @param {string[]} args
 */
export async function host(t, args = []) {
  const {ready, stop} = await start(['-admin', '127.0.0.1:0', '-base-port', '0', ...args])
  atEnd(t, stop)
  return {url: ready.admin, stop, ...client(ready.admin)}
}

/** Asks the admin API. @param {string} url */
function client(url) {
  const ask = async (/** @type {string} */ method, /** @type {string} */ path, /** @type {any} */ body) => {
    const answer = await fetch(url + path, {method, body: body === undefined ? undefined : JSON.stringify(body)})
    const text = await answer.text()
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`)
    return (answer.headers.get('content-type') ?? '').includes('json') ? JSON.parse(text) : text
  }
  return {
    get: (/** @type {string} */ path) => ask('GET', path),
    post: (/** @type {string} */ path, /** @type {any} */ body) => ask('POST', path, body),
    put: (/** @type {string} */ path, /** @type {any} */ body) => ask('PUT', path, body),
    remove: (/** @type {string} */ path) => ask('DELETE', path),
    /** Waits until conditions hold. @param {string[]} conditions */
    until: (...conditions) => ask('GET', '/v1/wait?timeout_ms=10000&' + conditions.map((c) => encodeURIComponent(c).replace('%3D', '=')).join('&')),
    /** Asks the leader as a client does. @param {string} op @param {string} topic @param {string} [message] */
    client: (op, topic, message) => ask('POST', '/v1/nodes/leader/request', {op, topic, message}),
  }
}

async function launch() {
  const {chromium} = tools('playwright-core')
  const own = process.getuid?.() === 0 ? ['--no-sandbox'] : [] // Chromium's sandbox refuses root
  return chromium.launch({executablePath: env.CHROMIUM ?? '/usr/bin/chromium', args: [...own, '--disable-gpu', '--disable-dev-shm-usage']})
}

export const sizes = {wide: {width: 1280, height: 800}, medium: {width: 900, height: 700}, narrow: {width: 390, height: 844}}

/**
 * Opens a page for the length of a test. The test fails if the page has an error, writes one
 * to the console, or asks any host but its own.
 * @param {import('node:test').TestContext} t
 * @param {string} url
 * @param {{size?: keyof typeof sizes, dark?: boolean, still?: boolean, expected?: RegExp, requests?: number, origin?: string}} [options]
 *   origin: the only one that the page may ask; expected: errors that the console may show; requests: the most that the page may send
 */
export async function open(t, url, options = {}) {
  browser ??= launch()
  const {size = 'wide', dark = false, still = false, expected, requests, origin = url} = options
  const context = await (await browser).newContext({
    viewport: sizes[size], colorScheme: dark ? 'dark' : 'light', reducedMotion: still ? 'reduce' : 'no-preference', acceptDownloads: true,
  })
  const page = await context.newPage()
  page.setDefaultTimeout(15000)
  const problems = /** @type {string[]} */ ([])
  const note = (/** @type {string} */ text) => { if (!expected?.test(text)) problems.push(text) }
  let sent = 0
  page.on('pageerror', (err) => note(`page error: ${err.stack}`))
  page.on('console', (m) => { if (m.type() === 'error' || m.type() === 'warning') note(`console: ${m.text()} ${m.location().url}`) })
  context.on('request', (r) => {
    if (/^(data|blob):/.test(r.url())) return
    sent++
    if (new URL(r.url()).origin !== new URL(origin).origin) problems.push(`asked ${r.url()}`)
  })
  atEnd(t, async () => {
    await page.screenshot({path: join(pictures, fileName(t.name) + '.png')}).catch(() => {})
    await context.close()
    assert.deepEqual(problems, [], 'problems of the page')
    if (requests !== undefined) assert.ok(sent <= requests, `${sent} requests`)
  })
  await page.goto(url)
  return page
}

/** @param {string} text */
function fileName(text) { return text.toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, 80) }

/**
 * Saves what a page shows.
 * @param {import('playwright-core').Page} page
 * @param {string} name
 */
export function picture(page, name) { return page.screenshot({path: join(pictures, name + '.png')}) }

/**
 * Tries until a check passes; its last failure is the test's.
 * @param {() => Promise<any>} check
 * @param {number} [patience] ms
 */
export async function eventually(check, patience = 15000) {
  const until = Date.now() + patience
  for (;;) {
    try {
      return await check()
    } catch (err) {
      if (Date.now() > until) throw err
      await new Promise((go) => setTimeout(go, 50))
    }
  }
}

/**
 * The number of the event that a page shows, and of the last one that it has.
 * @param {import('playwright-core').Page} page
 */
export async function moment(page) {
  const text = await page.locator('.moment .number').first().textContent()
  const [seq, last] = text.replaceAll(',', '').split(' of ').map(Number)
  return {seq, last}
}

/**
 * Waits until a page shows the newest event of a cluster whose clock stands still.
 * @param {import('playwright-core').Page} page
 * @param {{get: (path: string) => Promise<any>}} cluster
 */
export async function caughtUp(page, cluster) {
  const {seq} = await cluster.get('/v1/cluster')
  await eventually(async () => assert.deepEqual(await moment(page), {seq, last: seq}))
  return seq
}

/**
 * The rows of the details as an object.
 * @param {import('playwright-core').Page} page
 */
export function details(page) {
  return page.locator('.details > .rows').first().evaluate((list) => Object.fromEntries([...list.querySelectorAll(':scope > div')].map((row) => [
    row.querySelector('dt').textContent.trim(),
    [...row.querySelector('dd').childNodes].filter((n) => n.nodeType !== 1 || !n.matches('.changed-sign')).map((n) => n.textContent).join('').replace(/\s+/g, ' ').trim(),
  ])))
}

/** Presses a tab. @param {import('playwright-core').Page} page @param {string} id */
export function tab(page, id) { return page.locator(`[role=tab][data-tab="${id}"]`).click() }

/**
 * Has the pictures over time show so many events.
 * @param {import('playwright-core').Page} page
 * @param {number} events
 */
export async function zoom(page, events) {
  const label = page.locator('.zoom .muted')
  for (;;) {
    const now = await label.textContent()
    const shown = Number.parseInt(now, 10)
    if (shown === events) return
    await page.getByRole('button', {name: shown < events ? 'Show more events' : 'Show fewer events'}).click()
    await eventually(async () => assert.notEqual(await label.textContent(), now))
  }
}

/**
 * What the files of a page weigh on their way to the browser.
 * @param {import('playwright-core').Page} page
 */
export function weight(page) {
  return page.evaluate(() => {
    const all = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource').filter((e) => /\/page\/.*\.(js|css|svg)$/.test(e.name))]
    return {bytes: all.reduce((sum, e) => sum + e.encodedBodySize, 0), files: all.length}
  })
}
