// Starts the program as a user would, for end-to-end tests. Only for *_test.cpp files.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "base/test_support.h"

namespace reckon::cli {

struct ProgramResult {
  int code = -1;    // exit code, or -signal
  std::string out;
  std::string error;
};

inline std::string read_all(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A folder of its own for each test, which is also the program's home: no test sees the user's models.
class ProgramTest : public ::testing::Test {
 protected:
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  void write(const std::string& name, const std::string& text) const { std::ofstream(path(name), std::ios::binary) << text; }

  struct Options {
    std::string input;         // of stdin
    std::string out_file;      // stdout goes there instead
    int interrupt_after_ms = 0;  // send SIGINT then
    int interrupts = 1;
    std::vector<std::string> launcher;  // a program and its arguments, which starts ours
  };

  ProgramResult run(const std::vector<std::string>& arguments) const { return run(arguments, Options{}); }

  ProgramResult run(const std::vector<std::string>& arguments, const Options& options) const {
    const std::string out_path = options.out_file.empty() ? path(".stdout") : options.out_file;
    write(".stdin", options.input);
    const pid_t child = fork();
    if (child == 0) become(arguments, options.launcher, out_path);
    for (int i = 0; options.interrupt_after_ms > 0 && i < options.interrupts; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(options.interrupt_after_ms));
      kill(child, SIGINT);
    }
    int status = 0;
    waitpid(child, &status, 0);
    ProgramResult result;
    result.code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    if (options.out_file.empty()) result.out = read_all(out_path);
    result.error = read_all(path(".stderr"));
    return result;
  }

  testing_support::TemporaryFolder temporary_;
  std::filesystem::path folder_ = temporary_.path();

 private:
  [[noreturn]] void become(const std::vector<std::string>& arguments, const std::vector<std::string>& launcher, const std::string& out_path) const {
    dup2(open(path(".stdin").c_str(), O_RDONLY), 0);
    dup2(open(out_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 1);
    dup2(open(path(".stderr").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 2);
    setenv("RECKON_HOME", folder_.c_str(), 1);
    unsetenv("RECKON_MANIFEST");
    std::vector<std::string> words = launcher;
    words.push_back(RECKON_PROGRAM);
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    execv(argv[0], argv.data());
    _exit(127);
  }
};

// An error is one line on stderr, nothing on stdout.
inline void expect_error(const ProgramResult& result, int code, const std::string& part) {
  EXPECT_EQ(result.code, code) << result.error;
  EXPECT_EQ(result.out, "");
  EXPECT_TRUE(result.error.starts_with("reckon: error: ")) << result.error;
  EXPECT_EQ(std::count(result.error.begin(), result.error.end(), '\n'), 1) << result.error;
  EXPECT_NE(result.error.find(part), std::string::npos) << result.error;
}

}  // namespace reckon::cli
