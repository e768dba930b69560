// The keys. One table holds all of them; help lists it.
import {crash, healAll, healNode, isolate, pause, restart, resume, timeout} from '../source/api.js'
import {nextTheme} from '../theme.js'
import {forkHere} from './forks.js'

/** @typedef {import('./app.js').Page} Page */
/** @typedef {{keys: string[], shown: string, words: string, group: string, run: (page: Page) => any}} Key */

/** @param {Page} page */
const chosen = (page) => page.store.state.selected.node

/**
 * Does something to the selected node as it is now.
 * @param {Page} page
 * @param {(n: import('../model/types.js').Node) => import('../source/api.js').Action} make
 */
function onNode(page, make) {
  const {history, selected} = page.store.state
  if (!history || selected.node === null || !page.deeds.allowed) return
  const node = history.at(history.last).nodes[selected.node]
  if (node) void page.deeds.act(make(node))
}

/** @param {Page} page @param {1|-1} direction */
function stepOfNode(page, direction) {
  const node = chosen(page)
  if (node === null) page.player.step(direction * 10)
  else page.player.find(direction, {node})
}

/** @param {Page} page @param {1|-1} direction */
function nextNode(page, direction) {
  const {history, selected} = page.store.state
  const n = history && history.last ? history.at(history.last).nodes.length : 0
  if (n) page.store.select({node: selected.node === null ? (direction > 0 ? 0 : n - 1) : (selected.node + direction + n) % n})
}

/** @type {Key[]} */
export const keys = [
  {keys: [' '], shown: 'Space', words: 'play, stop', group: 'Time', run: (p) => p.player.toggle()},
  {keys: ['ArrowLeft'], shown: '←', words: 'one event back', group: 'Time', run: (p) => p.player.step(-1)},
  {keys: ['ArrowRight'], shown: '→', words: 'one event on', group: 'Time', run: (p) => p.player.step(1)},
  {keys: ['Shift+ArrowLeft'], shown: 'Shift ←', words: 'back to an event of the selected node, or ten events', group: 'Time', run: (p) => stepOfNode(p, -1)},
  {keys: ['Shift+ArrowRight'], shown: 'Shift →', words: 'on to an event of the selected node, or ten events', group: 'Time', run: (p) => stepOfNode(p, 1)},
  {keys: ['PageUp', '['], shown: 'Page Up  [', words: 'back to a change of leader', group: 'Time', run: (p) => p.player.find(-1, {event: 'BecomeLeader'})},
  {keys: ['PageDown', ']'], shown: 'Page Down  ]', words: 'on to a change of leader', group: 'Time', run: (p) => p.player.find(1, {event: 'BecomeLeader'})},
  {keys: ['v'], shown: 'v', words: 'to the first violation', group: 'Time', run: (p) => p.player.violation()},
  {keys: ['Home'], shown: 'Home', words: 'to the first event', group: 'Time', run: (p) => { p.player.stop(); p.store.go(1) }},
  {keys: ['End'], shown: 'End', words: 'to the last event', group: 'Time', run: (p) => { p.player.stop(); p.store.go(Infinity) }},
  {keys: ['l'], shown: 'l', words: 'live: follow the newest event', group: 'Time', run: (p) => p.store.follow()},
  {keys: ['-'], shown: '−', words: 'play slower', group: 'Time', run: (p) => p.player.faster(10 ** -0.25)},
  {keys: ['+', '='], shown: '+', words: 'play faster', group: 'Time', run: (p) => p.player.faster(10 ** 0.25)},
  {keys: ['j'], shown: 'j', words: 'next node', group: 'Select', run: (p) => nextNode(p, 1)},
  {keys: ['k'], shown: 'k', words: 'node before', group: 'Select', run: (p) => nextNode(p, -1)},
  {keys: ['Escape'], shown: 'Esc', words: 'select nothing', group: 'Select', run: (p) => p.store.select({})},
  {keys: ['c'], shown: 'c', words: 'crash or restart', group: 'Selected node', run: (p) => onNode(p, (n) => (n.up ? crash(n.id) : restart(n.id)))},
  {keys: ['p'], shown: 'p', words: 'pause or resume', group: 'Selected node', run: (p) => onNode(p, (n) => (n.paused ? resume(n.id) : pause(n.id)))},
  {keys: ['o'], shown: 'o', words: 'let its election timer run out', group: 'Selected node', run: (p) => onNode(p, (n) => timeout(n.id))},
  {keys: ['i'], shown: 'i', words: 'isolate', group: 'Selected node', run: (p) => onNode(p, (n) => isolate(n.id))},
  {keys: ['h'], shown: 'h', words: 'heal', group: 'Selected node', run: (p) => onNode(p, (n) => healNode(n.id))},
  {keys: [], shown: 'x', words: 'at another node in the ring: cut or mend the link to it; Shift: one way', group: 'Selected node', run: () => {}}, // ring_drag.js
  {keys: ['Shift+H'], shown: 'Shift h', words: 'heal everything', group: 'Cluster', run: (p) => p.deeds.allowed && p.deeds.act(healAll())},
  {keys: ['d'], shown: 'd', words: 'do something: requests, links, faults', group: 'Cluster', run: (p) => p.store.set({side: 'do', stage: 'details'})},
  {keys: ['f'], shown: 'f', words: 'load a fixture or a scenario', group: 'Cluster', run: (p) => p.deeds.allowed && p.store.set({dialog: 'load'})},
  {keys: ['Shift+F'], shown: 'Shift f', words: 'go another way from the moment that is shown: a fork', group: 'Cluster', run: (p) => forkHere(p)},
  {keys: ['t'], shown: 't', words: 'light or dark', group: 'Page', run: (p) => p.store.set({theme: nextTheme(p.store.state.theme)})},
  {keys: ['?'], shown: '?', words: 'these keys', group: 'Page', run: (p) => p.store.set({dialog: 'help'})},
]

/** Elements that use keys themselves. */
const own = 'input:not([type=range]):not([type=checkbox]), select, textarea, [contenteditable]'
const pressed = 'button, a, summary, [role=button], [role=tab], input[type=checkbox]'

/**
 * The name of a key press in the table.
 * @param {KeyboardEvent} e
 */
function nameOf(e) {
  const shifted = e.shiftKey && (e.key.length > 1 || /[A-Z]/.test(e.key))
  return (shifted ? 'Shift+' : '') + e.key
}

/**
 * Listens to the keys. A click on a button does not move the focus to it, so that arrows
 * and Space go on to move in time; Tab reaches it as ever.
 * @param {Page} page
 */
export function listenToKeys(page) {
  document.addEventListener('mousedown', (e) => {
    if (e.target instanceof Element && e.target.closest('button')) e.preventDefault()
  })
  document.addEventListener('keydown', (e) => {
    if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || page.store.state.dialog) return
    const target = e.target instanceof Element ? e.target : document.body
    if (target.closest(own)) return
    if (target.matches('input[type=range]') && !/** @type {HTMLElement} */ (target).dataset.keys && /^(Arrow|Home|End|Page)/.test(e.key)) return
    if ((e.key === ' ' || e.key === 'Enter') && target.closest(pressed)) return
    const key = keys.find((k) => k.keys.includes(nameOf(e)))
    if (!key) return
    e.preventDefault()
    key.run(page)
  })
}
