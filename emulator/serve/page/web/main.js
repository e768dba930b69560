// Boots the page: makes the store, starts the source, and draws after each change, at most
// once a frame.
import {html, render} from './view/html.js'
import {App} from './view/app.js'
import {Store} from './store.js'
import {connect} from './source/connect.js'
import {Player} from './play.js'
import {Deeds} from './deeds.js'
import {listenToKeys} from './view/keys.js'
import {keepHash} from './hash.js'
import {keepTheme} from './theme.js'
import {keepWidth} from './width.js'

const store = new Store()
const app = {store, player: new Player(store), deeds: new Deeds(store)}
const root = /** @type {HTMLElement} */ (document.getElementById('app'))

let due = false
let cost = 0 // ms of the last drawing
function draw() {
  due = false
  const began = performance.now()
  render(html`<${App} app=${app} state=${store.state} />`, root)
  cost = performance.now() - began
}

/** Draws in the next frame; while live and slow to draw, in a later one. */
function drawSoon() {
  if (due) return
  due = true
  const s = store.state
  const wait = s.live && cost > 6 ? Math.min(cost * 3, 250) : 0
  if (document.hidden) setTimeout(draw, 500)
  else if (wait) setTimeout(() => requestAnimationFrame(draw), wait)
  else requestAnimationFrame(draw)
}

keepTheme(store)
keepWidth(store)
keepHash(store)
store.subscribe(drawSoon)
root.textContent = ''
draw()
listenToKeys(app)
connect(store)
