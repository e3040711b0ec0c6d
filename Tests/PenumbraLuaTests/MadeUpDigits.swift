/// Made-up digits in MNIST's format, and a classifier of them, for the experiments to run on.

import Glibc

/// A folder of 64 made-up digits in MNIST's format, for the time of `body`.
func withDigits(_ body: (_ folder: String) throws -> Void) throws {
  let folder = "/tmp/penumbra-test-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
  defer { _ = try? commandOutput("rm -r '\(folder)'") }
  let make = """
    local folder = ...
    os.execute("mkdir -p " .. folder)
    local function write(name, text) local f = io.open(folder .. "/" .. name, "wb") f:write(text) f:close() end
    math.randomseed(1)
    local pixels, labels = {}, {}
    for i = 1, 64 do
      labels[i] = string.char(i % 10)
      for k = 1, 784 do pixels[#pixels + 1] = string.char(math.random(0, 255)) end
    end
    for _, part in ipairs { "train", "t10k" } do
      write(part .. "-images-idx3-ubyte", string.pack(">I4I4I4I4", 0x803, 64, 28, 28) .. table.concat(pixels))
      write(part .. "-labels-idx1-ubyte", string.pack(">I4I4", 0x801, 64) .. table.concat(labels))
    end
    """
  _ = try commandOutput("echo '\(make)' | \(ExperimentTests.penumbra) - '\(folder)'")
  try body(folder)
}

func trainedClassifier(_ folder: String) throws -> String {
  let weights = "\(folder)/classifier.safetensors"
  _ = try commandOutput(
    "\(ExperimentTests.penumbra) Scripts/experiments/train_classifier.lua --data '\(folder)' "
      + "--epochs 1 --batch 16 --floor 0 --out '\(weights)' 2>/dev/null")
  return weights
}
