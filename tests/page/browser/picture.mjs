/**
 * Takes the picture of the page that the documents show.
 *
 *   PAGE_TOOLS=DIR node browser/picture.mjs [FILE]
 *
 * pngquant --quality 70-95 then makes it as small as documents need.
 *
 * @module
 */

import {test} from 'node:test'
import {fileURLToPath} from 'node:url'
import {caughtUp, host, open, zoom} from './harness.mjs'

const file = process.argv[2] ?? fileURLToPath(new URL('../../../docs/pictures/page.png', import.meta.url))

test('a picture of five nodes with some history', async (t) => {
  const cluster = await host(t, ['-seed', '3'])
  await cluster.until('leader=unique')
  await cluster.client('put_topic', 'dog')
  for (const word of ['one', 'two', 'three']) await cluster.client('put_message', 'dog', word)
  const {leader} = await cluster.get('/v1/cluster')
  await cluster.post(`/v1/nodes/${leader}/isolate`)
  await cluster.post(`/v1/nodes/${leader}/request`, {op: 'put_message', topic: 'dog', message: 'lost', timeout_ms: 100})
  await cluster.until(`term=${(leader + 1) % 5}:2`, 'leader=unique')
  await cluster.client('put_message', 'dog', 'four')
  await cluster.client('get_message', 'dog')
  await cluster.post('/v1/heal')
  await cluster.post('/v1/clock/pause')
  const page = await open(t, cluster.url)
  await zoom(page, 320)
  for (let step = 0; step < 200; step++) {
    const {nodes} = await cluster.get('/v1/nodes')
    if (nodes[leader].role === 'Follower' && nodes[leader].term > 1 && (await page.locator('.logs-doom').count())) break
    await cluster.post('/v1/clock/step', {events: 1})
    await caughtUp(page, cluster)
  }
  await page.locator(`.ring-node[data-node="${leader}"] .ring-disc`).first().click()
  await page.getByRole('heading', {name: `Node ${leader}`, exact: true}).waitFor()
  await page.screenshot({path: file})
})
