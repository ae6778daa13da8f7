// Functions of a library that is loaded when it is first needed, and that a machine may lack.
#pragma once

#include <dlfcn.h>

#include <string>

namespace maillog {

/// Takes them by their names; remembers the first that is missing.
class LoadedFunctions {
 public:
  /// Of dlopen(3).
  explicit LoadedFunctions(void* library) : library_(library) {}

  template <class Function>
  void Take(const char* name, Function*& into) {
    into = reinterpret_cast<Function*>(::dlsym(library_, name));
    if (into == nullptr && missing_.empty()) missing_ = name;
  }
  [[nodiscard]] const std::string& missing() const { return missing_; }

 private:
  void* library_;
  std::string missing_;
};

}  // namespace maillog
