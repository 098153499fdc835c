// SPDX-License-Identifier: GPL-3.0-or-later
// `node peer.cjs duckdb|polars|summarize FILE THREADS`: seconds that another program needs to read a CSV
// file into a table with types of its own finding; summarize: DuckDB's profile of it, without the table.
const [, , peer, file, threads] = process.argv;

async function duckdb(query) {
	const { DuckDBInstance } = require('@duckdb/node-api');
	const instance = await DuckDBInstance.create(':memory:', { threads });
	const connection = await instance.connect();
	return () => connection.run(`${query} SELECT * FROM read_csv('${file}')`);
}

async function polars() {
	process.env.POLARS_MAX_THREADS = threads;
	const { readCSV } = require('nodejs-polars');
	return () => readCSV(file, { inferSchemaLength: 10000, tryParseDates: true });
}

const peers = { duckdb: () => duckdb('CREATE TABLE t AS'), summarize: () => duckdb('SUMMARIZE'), polars };
peers[peer]().then(async (run) => {
	const start = process.hrtime.bigint();
	await run();
	console.log((Number(process.hrtime.bigint() - start) / 1e9).toFixed(3));
	process.exit(0);
}).catch((e) => {
	console.error(String(e));
	process.exit(1);
});
