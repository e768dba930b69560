// Dialogs: the keys, and what to load.
import {html, useEffect, useRef} from './html.js'
import {keys} from './keys.js'
import {Load} from './load.js'
import {Forks} from './forks.js'

/** @param {{app: import('./app.js').Page, state: import('../store.js').State}} props */
export function Dialogs({app, state}) {
  const close = () => app.store.set({dialog: ''})
  if (state.dialog === 'help') return html`<${Dialog} title="Keys" close=${close}><${Help} state=${state} /><//>`
  if (state.dialog === 'load') return html`<${Dialog} title="Load" close=${close}><${Load} app=${app} state=${state} close=${close} /><//>`
  if (state.dialog === 'forks') return html`<${Dialog} title="Forks" close=${close}><${Forks} app=${app} state=${state} /><//>`
  return null
}

/** @param {{title: string, close: () => void, children?: any}} props */
function Dialog({title, close, children}) {
  const place = useRef(/** @type {HTMLDialogElement|null} */ (null))
  useEffect(() => {
    const dialog = /** @type {HTMLDialogElement} */ (place.current)
    dialog.showModal()
    return () => dialog.close()
  }, [])
  const outside = (/** @type {MouseEvent} */ e) => { if (e.target === place.current) close() }
  return html`<dialog ref=${place} aria-label=${title} onClose=${close} onClick=${outside}>
    <div class="dialog-head"><h2>${title}</h2><button class="quiet" aria-label="Close" onClick=${close}>✕</button></div>
    <div class="dialog-body" tabindex="0">${children}</div>
  </dialog>`
}

/** @param {{state: import('../store.js').State}} props */
function Help({state}) {
  const groups = [...new Set(keys.map((k) => k.group))]
  return html`<div class="key-groups">${groups.map((group) => html`<section key=${group}><h3>${group}</h3><dl class="keys">
    ${keys.filter((k) => k.group === group).map((k) => html`<div key=${k.shown}><dt><kbd>${k.shown}</kbd></dt><dd>${k.words}</dd></div>`)}
  </dl></section>`)}</div>
  <h3>How far back</h3>
  <p>${state.kind === 'live' ? 'The emulator keeps the newest 81,920 events, and this page the newest 131,072 of those that it has seen. A trace file (-trace) keeps all of them; emulator view opens it.'
    : 'This page shows all events of the recorded run.'}</p>
  <p>The address in the browser is a link to the moment that is shown.</p>`
}
