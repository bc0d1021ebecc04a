// Talks to a Channel Access server with epics-tca and prints what it saw as one line of JSON.
// Arguments: UDP port of the server, port for a repeater that nobody else uses.
const { Context } = require("epics-tca");
const { Channel_DBR_TYPES: T } = require("epics-tca/lib/Channel/Channel.js");

const [port, repeaterPort] = process.argv.slice(2).map(Number);
const seen = {};

async function main() {
    const context = new Context({
        EPICS_CA_ADDR_LIST: "127.0.0.1",
        EPICS_CA_AUTO_ADDR_LIST: "NO",
        EPICS_CA_SERVER_PORT: String(port),
        EPICS_CA_REPEATER_PORT: String(repeaterPort),
    }, "error");
    await context.initialize();
    const open = async (name) => {
        const channel = await context.createChannel(name, "ca", 20);
        if (channel === undefined) throw new Error(`no channel ${name}`);
        return channel;
    };

    const double = await open("TCA:DOUBLE");
    seen.double = await double.get(20);
    seen.time = await double.get(20, T.DBR_TIME_DOUBLE);
    seen.control = await double.get(20, T.DBR_CTRL_DOUBLE);
    seen.text = await (await open("TCA:TEXT")).get(20);
    seen.choices = await (await open("TCA:ENUM")).get(20, T.DBR_GR_ENUM);
    seen.array = await (await open("TCA:ARRAY")).get(20);
    seen.rights = [double.getAccessRightStr(), (await open("TCA:WRITABLE")).getAccessRightStr()];

    const writable = await open("TCA:WRITABLE");
    seen.put = await writable.put([7.25], 20, true);
    seen.readBack = await writable.get(20);

    const updates = [];
    let enough;
    const done = new Promise((resolve) => { enough = resolve; });
    const monitor = await (await open("TCA:TICKS")).createMonitor(20, (m) => {
        updates.push(m.getChannel().getDbrValue());
        if (updates.length === 4) enough();
    });
    if (monitor === undefined) throw new Error("no monitor");
    // The server posts three values when this arrives.
    await (await open("TCA:GO")).put([1], 20, true);
    await done;
    seen.updates = updates;
}

main().then(
    () => { console.log("RESULT " + JSON.stringify(seen)); process.exit(0); },
    (error) => { console.log("FAILED " + error.stack + JSON.stringify(seen)); process.exit(1); });
