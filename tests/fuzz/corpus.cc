// SPDX-License-Identifier: LGPL-2.1-or-later
// Runs a fuzz target over stored inputs, where no fuzzer is at hand: corpus DIRECTORY|FILE...
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void run(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    // A crash names nothing: say first what is tried.
    std::printf("%s\n", path.c_str());
    std::fflush(stdout);
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
}

}  // namespace

int main(int argc, char** argv) {
    for (const std::string& argument : std::vector<std::string>(argv + 1, argv + argc)) {
        if (!std::filesystem::is_directory(argument))
            run(argument);
        else
            for (const auto& entry : std::filesystem::recursive_directory_iterator(argument))
                if (std::error_code ignored; entry.is_regular_file(ignored))
                    run(entry.path());
    }
    return 0;
}
