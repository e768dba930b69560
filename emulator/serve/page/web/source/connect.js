// Finds out where the records come from and lets them into the store.
import {followLive} from './follow.js'
import {embedded, fromServer, fromStory, source} from './file.js'
import {firstOf, timeOf} from '../store.js'

/** @typedef {import('../store.js').Store} Store */

/** @param {Store} store */
export async function connect(store) {
  const story = await embedded()
  if (story) return showStory(store, story)
  const found = await source()
  if (found.kind === 'live') return followLive(store)
  showFile(store, found)
}

/**
 * @param {Store} store
 * @param {any} story
 */
function showStory(store, story) {
  const runs = story.runs.map((/** @type {any} */ r) => ({name: r.name, verdict: r.verdict || ''}))
  const open = async (/** @type {number} */ place) => {
    const run = story.runs[place]
    if (run.kind === 'foreign') showForeign(store, place, run)
    else show(store, place, fromStory(run))
  }
  store.set({kind: 'file', title: story.title || '', runs, verdicts: story.verdicts || [], openRun: open})
  if (runs.length) void open(firstRun(runs.length))
  else store.set({link: {state: 'live', text: '', behind: 0, retryAt: 0}})
}

/**
 * Shows a run of programs that others wrote, which has no records.
 * @param {Store} store
 * @param {number} place
 * @param {any} run
 */
function showForeign(store, place, run) {
  store.set({
    run: String(place), foreign: run.foreign, history: null, version: store.state.version + 1, live: false, playing: false,
    link: {state: 'live', text: '', behind: 0, retryAt: 0}, notes: run.left_out ? [run.left_out] : [],
  })
}

/**
 * @param {Store} store
 * @param {{name: string, runs: import('./file.js').Listed[]}} found
 */
function showFile(store, found) {
  let newest = 0
  const open = async (/** @type {number} */ place) => {
    const mine = ++newest
    store.set({link: {state: 'loading', text: '', behind: 0, retryAt: 0}})
    try {
      const recording = await fromServer(place, found.runs[place].name, async (history) => {
        if (mine !== newest) throw new Error('another run was opened')
        store.set({history, run: String(place), version: store.state.version + 1, live: false, seq: Math.max(store.state.seq, firstOf(history))})
        await new Promise((go) => requestAnimationFrame(go))
      })
      if (mine === newest) show(store, place, {...recording, left: found.runs[place].note || recording.left})
    } catch (err) {
      if (mine === newest) store.note(err instanceof Error ? err.message : String(err))
    }
  }
  store.set({kind: 'file', title: found.name, runs: found.runs, openRun: open, live: false, seq: 0, routes: new Set(['GET /v1/explain'])})
  if (found.runs.length) void open(firstRun(found.runs.length))
  else store.set({link: {state: 'live', text: '', behind: 0, retryAt: 0}})
}

/**
 * The run that the address asks for, or the first one.
 * @param {number} runs
 */
function firstRun(runs) {
  const wanted = /[#&]run=(\d{1,4})(&|$)/.exec(location.hash)
  return wanted && Number(wanted[1]) < runs ? Number(wanted[1]) : 0
}

/**
 * The moment at which every node has its first state.
 * @param {import('../model/history.js').History} history
 */
function beginning(history) {
  let seq = firstOf(history)
  while (history.record(seq + 1)?.event === 'Init') seq++
  return seq
}

/**
 * @param {Store} store
 * @param {number} place
 * @param {import('./file.js').Recording} recording
 */
function show(store, place, recording) {
  const {history} = recording
  const seq = recording.openAt ?? beginning(history)
  store.set({
    run: String(place), foreign: null, history, version: store.state.version + 1, live: false, playing: false, seq: Math.min(seq, history.last),
    now: timeOf(history, Math.min(seq, history.last)), explained: recording.explained, invariants: recording.invariants,
    link: {state: 'live', text: '', behind: 0, retryAt: 0}, notes: recording.left ? [recording.left] : [],
  })
}
