// fauxqs binds all interfaces by its own command line; here it listens on loopback only.
import { buildApp } from 'fauxqs';

console.log(await buildApp({ logger: false }).listen({ host: '127.0.0.1', port: Number(process.argv[2]) }));
