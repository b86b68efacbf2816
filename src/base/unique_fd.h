// SPDX-License-Identifier: LGPL-2.1-or-later
// The one owner of a file descriptor. Passed as `int` to borrow, by value to give away.
#pragma once

#include <unistd.h>

#include <utility>

namespace caisson {

class UniqueFd {
public:
    UniqueFd() = default;
    explicit UniqueFd(int fd) : fd_(fd) {}
    UniqueFd(UniqueFd&& other) noexcept : fd_(other.release()) {}
    UniqueFd& operator=(UniqueFd&& other) noexcept {
        reset(other.release());
        return *this;
    }
    ~UniqueFd() { reset(); }

    int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }
    int release() { return std::exchange(fd_, -1); }
    void reset(int fd = -1) {
        if (const int old = std::exchange(fd_, fd); old >= 0)
            (void)::close(old);
    }

private:
    int fd_ = -1;
};

}  // namespace caisson
