// Carries out what the reader does, and remembers it with its answer.
import {perform, readText} from './source/api.js'
import {download} from './view/save.js'

/** @typedef {import('./source/api.js').Action} Action */

export class Deeds {
  /** @param {import('./store.js').Store} store */
  constructor(store) { this.store = store }

  /** Whether the page can change anything. */
  get allowed() { return this.store.state.kind === 'live' }

  /**
   * Shows the command line of an action that the reader points at.
   * @param {Action} action
   */
  point(action) { this.store.set({pointed: action}) }

  /**
   * Carries out an action. Answers null if it failed; the deed says why.
   * @param {Action} action
   * @returns {Promise<any>}
   */
  async act(action) {
    this.point(action)
    /** @type {import('./store.js').Deed} */
    const deed = {action, at: Date.now(), error: '', answer: ''}
    let answer = null
    try {
      answer = await perform(action)
      deed.answer = answerWords(answer)
    } catch (err) {
      deed.error = err instanceof Error ? err.message : String(err)
    }
    this.store.set({deeds: [...this.store.state.deeds.slice(-199), deed], failed: deed.error ? deed : null})
    return answer
  }

  /** Saves what was done since the start as a scenario. */
  async saveScenario() {
    try {
      const toml = await readText('/v1/fixture?steps=true')
      const name = /^name = "([^"]*)"/m.exec(toml)
      download((name ? name[1] : 'scenario') + '_steps.toml', 'application/toml', toml)
    } catch (err) {
      this.store.note(err instanceof Error ? err.message : String(err))
    }
  }
}

/** @param {any} a */
function answerWords(a) {
  if (a && typeof a.answer === 'string') return a.answer + (a.reason ? `: ${a.reason}` : a.body ? ` ${JSON.stringify(a.body)}` : '')
  return a && a.seq !== undefined ? `done, event ${a.seq}` : 'done'
}
