// SPDX-License-Identifier: LGPL-2.1-or-later
#include "companion/memory.h"

#include "freestanding/syscalls.h"

namespace caisson {

namespace {

// A counter in the form "KEY NUMBER", one a line.
unsigned long counter(std::string_view text, std::string_view key) {
    while (!text.empty()) {
        if (take(text, key))
            return number_in(text);
        while (!text.empty() && text[0] != '\n')
            text.remove_prefix(1);
        if (!text.empty())
            text.remove_prefix(1);
    }
    return 0;
}

}  // namespace

void look(MemoryWatch& watch) {
    if (watch.events < 0)
        return;
    char data[512];
    const long size = call(SYS_pread64, watch.events, data, sizeof data, 0);
    if (size < 0) {
        close_fd(watch.events);  // ENODEV; poll(2) would report it for ever
        return;
    }
    const std::string_view text(data, static_cast<size_t>(size));
    watch.oom = counter(text, "oom ");
    watch.kills = counter(text, "oom_kill ");
    if (watch.kills > 0 && watch.note >= 0) {
        (void)call(SYS_write, watch.note, "1", 1);
        close_fd(watch.note);
    }
}

bool report(MemoryWatch& watch, Journal& journal, Relay& relay, std::string_view name) {
    if (watch.kills <= watch.kills_told)
        return true;
    const unsigned long killed = watch.kills - watch.kills_told;
    Text<400> message;
    message << "out of memory: the kernel killed " << killed
            << (killed == 1 ? " process" : " processes") << " of this container";
    const size_t status = message.size;
    // A limit above this cgroup, or the host's end of memory, kills here too but counts no "oom".
    if (watch.oom > watch.oom_told)
        message << ", which had reached its memory_max";
    else
        message << "; not its own memory_max was reached, but a limit above it or the end of the "
                   "host's memory";
    char peak[24];
    const long size = call(SYS_pread64, watch.peak, peak, sizeof peak, 0);
    if (size > 0)
        message << " (it used up to " << number_in({peak, static_cast<size_t>(size)}) / 1048576
                << " MiB)";
    // The message's id is systemd's own for this event, so that `journalctl -x` explains it and
    // what already looks for it finds it.
    Text<480> fields;
    fields << "MESSAGE_ID=fe6faa94e7774663a0da52717891d8ef\nUNIT=" << name
           << ".service\nCAISSON_CONTAINER=" << name << "\nCAISSON_OOM_KILLS=" << killed << "\n";
    if (!log(journal, '3', message, fields))
        return false;
    add_status(relay, {message.data, status});
    watch.oom_told = watch.oom;
    watch.kills_told = watch.kills;
    return true;
}

}  // namespace caisson
