// The details of an event say why it happened: live, for a recorded trace, and in one file.
import assert from 'node:assert/strict'
import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {test} from 'node:test'
import {join} from 'node:path'
import {pathToFileURL} from 'node:url'
import {atEnd, eventually, host, moment, open, run, scratch, start} from './harness.mjs'

/** Goes along the first step, and checks that its event is shown. @param {import('playwright-core').Page} page */
async function followStep(page) {
  const step = page.locator('.why .chain button').first()
  const seq = Number(await step.textContent())
  await step.click()
  await eventually(async () => assert.equal((await moment(page)).seq, seq))
}

test('the cluster explains an event and its steps', async (t) => {
  const cluster = await host(t, ['-seed', '5'])
  await cluster.until('leader=unique')
  const {events} = await cluster.get('/v1/events?event=BecomeLeader')
  const page = await open(t, `${cluster.url}/#seq=${events[0].seq}`)
  await page.locator('.why', {hasText: 'which is a majority'}).waitFor()
  await page.locator('.why .section', {hasText: '§5.2'}).waitFor()
  await page.locator('.why .values', {hasText: /\d of \d/}).waitFor()
  await followStep(page)
  await page.keyboard.press('l')
  await page.getByRole('button', {name: 'Who leads, and what does the cluster wait for?'}).click()
  await page.locator('.why', {hasText: `leads term ${events[0].state.term}`}).waitFor()
})

test('a recorded trace and one file explain the event that broke a rule', async (t) => {
  const scenario = readFileSync(new URL('../../../fixtures/bugs/vote_twice.toml', import.meta.url), 'utf8')
  writeFileSync(join(scratch, 'twice.toml'), scenario.replace(/^violates = .*$/m, '')) // so that it fails
  run(['run', 'twice.toml', '-traces', 'twice', '-report', 'html=twice.html'], 1)
  const [recorded] = readdirSync(join(scratch, 'twice'))
  const {ready, stop} = await start(['view', join('twice', recorded), '-port', '0'])
  atEnd(t, stop)
  const {text} = await (await fetch(`${ready.url}v1/explain?seq=24`)).json()
  const page = await open(t, `${ready.url}#seq=24`)
  await page.locator('.why', {hasText: text}).waitFor()
  await page.locator('.why .broken', {hasText: 'at most one vote in a term'}).waitFor()
  await followStep(page)

  const file = await open(t, `${pathToFileURL(join(scratch, 'twice.html'))}#seq=24`)
  await file.locator('.why .broken', {hasText: 'at most one vote in a term'}).waitFor()
  await followStep(file)
  await file.locator('.why').waitFor()
})
