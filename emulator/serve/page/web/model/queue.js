/**
 * The message queue that a node has built from its log. A Queue never changes; apply
 * returns another one, which shares its topics and messages.
 *
 * @module
 */

import {Chunks} from './chunks.js'

/** @typedef {import('./types.js').Command} Command */

/** The pending messages of a topic, the oldest first. */
export class Topic {
  /**
   * @param {string} name
   * @param {Chunks<string>} list with messages that were taken in front of the pending ones
   * @param {number} taken
   */
  constructor(name, list, taken) {
    this.name = name
    /** @private */
    this.list = list
    /** @private */
    this.taken = taken
  }

  /** The number of pending messages. */
  get length() {
    return this.list.length - this.taken
  }

  /**
   * A pending message; 0 is the oldest one.
   * @param {number} i
   */
  at(i) {
    return this.list.at(this.taken + i)
  }

  /** @param {string} message */
  put(message) {
    return new Topic(this.name, this.list.append(message), this.taken)
  }

  /** The topic without its oldest message. */
  take() {
    const list = this.list.forget(this.taken + 1)
    return new Topic(this.name, list, this.taken + 1 - (this.list.length - list.length))
  }

  /** A copy of the messages from the oldest on. */
  values(most = Infinity) {
    return this.list.slice(this.taken, this.taken + most)
  }
}

export class Queue {
  /**
   * @param {Chunks<Topic>} topics in order of creation
   * @param {Map<string, number>} places of topics by name, shared with other versions: a
   *   place counts only if that topic is there
   */
  constructor(topics = Chunks.of(), places = new Map()) {
    this.topics = topics
    /** @private */
    this.places = places
  }

  /** The number of topics. */
  get length() {
    return this.topics.length
  }

  /**
   * The place of a topic, or -1.
   * @param {string} name
   */
  find(name) {
    const place = this.places.get(name)
    return place !== undefined && place < this.length && this.topics.at(place).name === name ? place : -1
  }

  /**
   * The queue after an operation, or this one if nothing changed.
   * @param {Command|null} command
   * @returns {Queue}
   */
  apply(command) {
    if (command === null || command.op === null) return this
    const place = this.find(String(command.topic))
    switch (command.op) {
      case 'put_topic':
        return place < 0 ? this.create(String(command.topic)) : this
      case 'put_message':
        return place < 0 ? this : this.replace(place, this.topics.at(place).put(String(command.message)))
      case 'get_message':
        return place < 0 || this.topics.at(place).length === 0 ? this : this.replace(place, this.topics.at(place).take())
    }
    return this
  }

  /**
   * @private
   * @param {string} name
   */
  create(name) {
    let places = this.places
    const other = places.get(name)
    if (other !== undefined && other !== this.length) { // versions went different ways
      places = new Map()
      for (let i = 0; i < this.length; i++) places.set(this.topics.at(i).name, i)
    }
    places.set(name, this.length)
    return new Queue(this.topics.append(new Topic(name, Chunks.of(), 0)), places)
  }

  /**
   * @private
   * @param {number} place
   * @param {Topic} topic
   */
  replace(place, topic) {
    return new Queue(this.topics.with(place, topic), this.places)
  }

  /** @returns {{name: string, values: string[]}[]} */
  plain() {
    return this.topics.slice().map((topic) => ({name: topic.name, values: topic.values()}))
  }

  /** @param {{name: string, values: string[]}[]} plain */
  static from(plain) {
    /** @type {Queue} */
    let queue = new Queue()
    for (const {name, values} of plain) {
      queue = queue.create(name)
      queue = queue.replace(queue.length - 1, new Topic(name, Chunks.of(values), 0))
    }
    return queue
  }
}
