import {test} from 'node:test'
import assert from 'node:assert/strict'
import {fitting, whyPath} from '../../../emulator/serve/page/web/source/explain.js'

const routes = new Set(['GET /v1/explain'])

test('the page asks the cluster, or the server of a file about its run, or nobody', () => {
  assert.equal(whyPath({kind: 'live', run: 'x', routes}, 7), '/v1/explain?seq=7')
  assert.equal(whyPath({kind: 'live', run: 'x', routes}, 'now'), '/v1/explain?seq=now')
  assert.equal(whyPath({kind: 'file', run: '2', routes}, 7), '/v1/explain?run=2&seq=7')
  assert.equal(whyPath({kind: 'file', run: '2', routes: new Set()}, 7), '')
})

test('an answer about another event, from another run, or of another shape is not shown', () => {
  const answer = {run_id: 'x', seq: 7, text: 'why', section: '', values: [], steps: []}
  assert.equal(fitting(answer, {kind: 'live', run: 'x'}, 7), answer)
  assert.equal(fitting(answer, {kind: 'live', run: 'x'}, 8), null)
  assert.equal(fitting(answer, {kind: 'live', run: 'y'}, 7), null)
  assert.equal(fitting(answer, {kind: 'file', run: '0'}, 7), answer)
  assert.equal(fitting({seq: 7, title: 'old'}, {kind: 'file', run: '0'}, 7), null)
  assert.equal(fitting(null, {kind: 'file', run: '0'}, 7), null)
})
