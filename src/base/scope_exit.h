// SPDX-License-Identifier: LGPL-2.1-or-later
// Runs a function at the end of a scope unless dismissed: for a half-made thing on disk that a
// failure has to take back.
#pragma once

#include <utility>

namespace caisson {

template <typename Function>
class [[nodiscard]] ScopeExit {
public:
    explicit ScopeExit(Function function) : function_(std::move(function)) {}
    ScopeExit(const ScopeExit&) = delete;
    ScopeExit& operator=(const ScopeExit&) = delete;
    ~ScopeExit() {
        if (armed_)
            function_();
    }
    void dismiss() { armed_ = false; }

private:
    Function function_;
    bool armed_ = true;
};

// The deleter of a C handle: std::unique_ptr<sd_bus, Releases<sd_bus_flush_close_unref>>.
template <auto Function>
struct Releases {
    template <typename T>
    void operator()(T* handle) const {
        (void)Function(handle);
    }
};

}  // namespace caisson
