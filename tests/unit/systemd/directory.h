// SPDX-License-Identifier: LGPL-2.1-or-later
// A directory for one test, with everything in it removed at the end.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace caisson {

class TemporaryDirectory {
public:
    TemporaryDirectory() : path_("/tmp/caisson-test-XXXXXX") {
        if (::mkdtemp(path_.data()) == nullptr)
            abort();
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    const std::string& path() const { return path_; }

    void make_directory(const std::string& name) const {
        std::filesystem::create_directories(path_ + "/" + name);
    }
    void write(const std::string& name, std::string_view text) const {
        const std::filesystem::path file = path_ + "/" + name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << text;
    }
    void link(const std::string& name, const std::string& target) const {
        const std::filesystem::path file = path_ + "/" + name;
        std::filesystem::create_directories(file.parent_path());
        std::filesystem::create_symlink(target, file);
    }
    std::string read(const std::string& name) const {
        std::ifstream file(path_ + "/" + name, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }

private:
    std::string path_;
};

}  // namespace caisson
