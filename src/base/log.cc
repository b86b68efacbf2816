// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>

#define FMT_HEADER_ONLY
#define SPDLOG_NO_EXCEPTIONS
#include <spdlog/details/null_mutex.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>

namespace caisson {
namespace {

struct Target {
    LogTarget kind = LogTarget::Stderr;
    std::string_view program = "caisson";
};
Target target;

int syslog_priority(spdlog::level::level_enum level) {
    switch (level) {
    case spdlog::level::critical:
    case spdlog::level::err:
        return 3;
    case spdlog::level::warn:
        return 4;
    case spdlog::level::info:
        return 6;
    default:
        return 7;
    }
}

// systemd sets JOURNAL_STREAM=DEVICE:INODE; it is inherited by children whose stderr is something
// else, so the numbers have to match (systemd.exec(5)).
bool stderr_is_journal() {
    const char* stream = std::getenv("JOURNAL_STREAM");
    struct stat status {};
    std::uintmax_t device = 0;
    std::uintmax_t inode = 0;
    return stream != nullptr &&
           std::sscanf(stream, "%" SCNuMAX ":%" SCNuMAX, &device, &inode) == 2 &&
           ::fstat(STDERR_FILENO, &status) == 0 && status.st_dev == device &&
           status.st_ino == inode;
}

// One write(2) a message: lines of two processes never mix.
class LineSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
public:
    LineSink() {
        if (target.kind == LogTarget::Kmsg)
            kmsg_ = ::open("/dev/kmsg", O_WRONLY | O_CLOEXEC | O_NOCTTY);
        prefixed_ = target.kind != LogTarget::Stderr || stderr_is_journal();
    }
    ~LineSink() override {
        if (kmsg_ >= 0)
            (void)::close(kmsg_);
    }
    LineSink(const LineSink&) = delete;
    LineSink& operator=(const LineSink&) = delete;

protected:
    void sink_it_(const spdlog::details::log_msg& message) override {
        // The kernel refuses a record of more than 1024 bytes as a whole.
        constexpr std::size_t longest_record = 900;
        std::string_view text(message.payload.data(), message.payload.size());
        do {
            const std::string_view piece =
                text.substr(0, kmsg_ >= 0 ? longest_record : std::string_view::npos);
            write_line(message.level, piece);
            text.remove_prefix(piece.size());
        } while (!text.empty());
    }
    void flush_() override {}

private:
    void write_line(spdlog::level::level_enum level, std::string_view text) const {
        std::string line;
        if (prefixed_)
            line.append("<").append(std::to_string(syslog_priority(level))).append(">");
        if (target.kind != LogTarget::Journal && !(prefixed_ && kmsg_ < 0))
            line.append(target.program).append(": ");
        line.append(text).append("\n");
        (void)!::write(kmsg_ >= 0 ? kmsg_ : STDERR_FILENO, line.data(), line.size());
    }

    int kmsg_ = -1;
    bool prefixed_ = false;
};

spdlog::logger& logger() {
    static spdlog::logger instance = [] {
        spdlog::logger made("caisson", std::make_shared<LineSink>());
        const char* level = std::getenv("CAISSON_LOG_LEVEL");
        made.set_level(level != nullptr ? spdlog::level::from_str(level) : spdlog::level::info);
        return made;
    }();
    return instance;
}

spdlog::string_view_t view(std::string_view text) {
    return {text.data(), text.size()};
}

}  // namespace

void set_log_target(LogTarget kind, std::string_view program) {
    target = {kind, program};
}

void log_error(std::string_view message) {
    logger().log(spdlog::level::err, view(message));
}
void log_warning(std::string_view message) {
    logger().log(spdlog::level::warn, view(message));
}
void log_info(std::string_view message) {
    logger().log(spdlog::level::info, view(message));
}
void log_debug(std::string_view message) {
    logger().log(spdlog::level::debug, view(message));
}

}  // namespace caisson
