// SPDX-License-Identifier: LGPL-2.1-or-later
#include "systemd/journal.h"

#include <systemd/sd-id128.h>
#include <systemd/sd-journal.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/scope_exit.h"

namespace caisson {
namespace {

using Journal = std::unique_ptr<sd_journal, Releases<sd_journal_close>>;

int add_match(sd_journal* journal, const std::string& match) {
    return sd_journal_add_match(journal, match.data(), match.size());
}

// What the unit's processes say, what systemd says about the unit, and what others with
// privileges say about it.
int match_unit(sd_journal* journal, const std::string& unit) {
    int result = add_match(journal, "_SYSTEMD_UNIT=" + unit);
    if (result >= 0)
        result = sd_journal_add_disjunction(journal);
    if (result >= 0)
        result = add_match(journal, "_PID=1");
    if (result >= 0)
        result = add_match(journal, "UNIT=" + unit);
    if (result >= 0)
        result = sd_journal_add_disjunction(journal);
    if (result >= 0)
        result = add_match(journal, "_UID=0");
    if (result >= 0)
        result = add_match(journal, "OBJECT_SYSTEMD_UNIT=" + unit);
    return result < 0 ? result : sd_journal_add_conjunction(journal);
}

int match_boot(sd_journal* journal) {
    sd_id128_t boot;
    std::array<char, SD_ID128_STRING_MAX> text;
    const int result = sd_id128_get_boot(&boot);
    return result < 0 ? result
                      : add_match(journal,
                                  std::string("_BOOT_ID=") + sd_id128_to_string(boot, text.data()));
}

std::string field(sd_journal* journal, const char* name) {
    const void* data = nullptr;
    std::size_t size = 0;
    if (sd_journal_get_data(journal, name, &data, &size) < 0)
        return {};
    const std::string_view whole(static_cast<const char*>(data), size);
    return std::string(whole.substr(std::min(whole.find('=') + 1, whole.size())));
}

JournalLine current_line(sd_journal* journal) {
    JournalLine line;
    (void)sd_journal_get_realtime_usec(journal, &line.time_usec);
    line.identifier = field(journal, "SYSLOG_IDENTIFIER");
    if (line.identifier.empty())
        line.identifier = field(journal, "_COMM");
    line.pid = field(journal, "_PID");
    line.message = field(journal, "MESSAGE");
    return line;
}

}  // namespace

Result<std::vector<JournalLine>> last_journal_lines(const std::string& unit, std::size_t count) {
    sd_journal* opened = nullptr;
    int result = sd_journal_open(&opened, SD_JOURNAL_LOCAL_ONLY);
    if (result < 0)
        return sys_error("open the journal", {}, -result);
    const Journal journal(opened);
    if ((result = match_unit(opened, unit)) < 0 || (result = match_boot(opened)) < 0 ||
        (result = sd_journal_seek_tail(opened)) < 0)
        return sys_error("search the journal for", unit, -result);

    std::vector<JournalLine> lines;
    while (lines.size() < count && (result = sd_journal_previous(opened)) > 0)
        lines.push_back(current_line(opened));
    if (result < 0)
        return sys_error("read the journal of", unit, -result);
    std::reverse(lines.begin(), lines.end());
    return lines;
}

}  // namespace caisson
