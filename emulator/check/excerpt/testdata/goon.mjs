// Has the page's model go on from a state, and compares the end with the world's.
import {readFileSync} from 'node:fs'
import {deepStrictEqual} from 'node:assert'
import {History} from '../../../serve/page/web/model/history.js'

const {start, header, records, end} = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const history = History.from(start, {header})
for (const record of records) history.push(record)
const {seq, time_ns: time, flights, faults, ...want} = end
for (const n of want.nodes) for (const key of ['next_index', 'match_index']) if (n[key]) n[key][n.id] = null
deepStrictEqual(history.at(seq).plain(), want)
console.log('same')
