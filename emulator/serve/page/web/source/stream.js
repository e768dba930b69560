// Reads Server-Sent Events from a response, in portions that its caller chooses. Between
// portions at most a few megabytes wait here; beyond that the connection itself waits.

/** @typedef {{name: string, id: string, data: string}} StreamEvent */

const most = 4 << 20 // characters that wait

export class Stream {
  /** @param {ReadableStream<Uint8Array>} body */
  constructor(body) {
    this.reader = body.getReader()
    this.decoder = new TextDecoder()
    /** @type {StreamEvent[]} */
    this.events = []
    this.place = 0 // of the first event that was not taken
    this.waiting = 0 // characters in events
    this.rest = ''
    this.ended = false
    /** @type {unknown} */
    this.error = null
    this.onMore = () => {}
    this.onRoom = () => {}
    void this.pump()
  }

  async pump() {
    try {
      for (;;) {
        while (this.waiting > most) await new Promise((go) => { this.onRoom = () => go(undefined) })
        const {done, value} = await this.reader.read()
        if (done) break
        this.feed(this.decoder.decode(value, {stream: true}))
        this.onMore()
      }
    } catch (err) {
      this.error = err
    }
    this.ended = true
    this.onMore()
  }

  /** @param {string} text */
  feed(text) {
    const whole = this.rest + text
    let from = 0
    for (;;) {
      const end = whole.indexOf('\n\n', from)
      if (end < 0) break
      this.take(whole.slice(from, end))
      from = end + 2
    }
    this.rest = whole.slice(from)
  }

  /** @param {string} block */
  take(block) {
    const event = {name: '', id: '', data: ''}
    for (const line of block.split('\n')) {
      if (line.startsWith('data: ')) event.data += line.slice(6)
      else if (line.startsWith('event: ')) event.name = line.slice(7)
      else if (line.startsWith('id: ')) event.id = line.slice(4)
    }
    if (!event.data) return // a heartbeat
    this.events.push(event)
    this.waiting += event.data.length
  }

  /** How many events wait. */
  get length() { return this.events.length - this.place }

  /** The next event, or null. */
  next() {
    if (this.place >= this.events.length) return null
    const event = this.events[this.place++]
    this.waiting -= event.data.length
    if (this.place === this.events.length || this.place > 4096) {
      this.events.splice(0, this.place)
      this.place = 0
    }
    if (this.waiting <= most) this.onRoom()
    return event
  }

  close() {
    this.onMore = () => {}
    this.waiting = 0
    this.onRoom()
    this.reader.cancel().catch(() => {})
  }
}
