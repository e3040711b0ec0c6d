/// The experiments run from end to end, briefly.

import Glibc
import Testing

@Suite struct ExperimentTests {
  static let penumbra = ".build/release/penumbra"

  @Test(arguments: ["line6", "ring"])
  func multimodalDrawsATableAndAFigure(_ data: String) throws {
    let figure = "/tmp/penumbra-test-\(getpid())-\(data).png"
    defer { unlink(figure) }
    let output = try commandOutput(
      "\(ExperimentTests.penumbra) Scripts/experiments/multimodal.lua --data \(data) --method all "
        + "--steps 60 --batch 32 --out \(figure) 2>/dev/null")
    let lines = output.split(separator: "\n")
    #expect(lines.count == 16)
    #expect(lines.last == "figure: \(figure)")
    #expect(contents(of: figure)?.isEmpty == false)
  }

  @Test func multimodalExplainsItselfAndItsErrors() throws {
    let script = "\(ExperimentTests.penumbra) Scripts/experiments/multimodal.lua"
    #expect(try commandOutput("\(script) --help").contains("--data line6"))
    let wrong = try commandOutput("\(script) --method gna 2>&1; echo $?")
    #expect(wrong.contains("unknown method 'gna'") && wrong.hasSuffix("1\n"))
    let misspelt = try commandOutput("\(script) --step 3 2>&1; echo $?")
    #expect(misspelt.contains("did you mean '--steps'?") && misspelt.hasSuffix("1\n"))
  }

  @Test(arguments: ["mlp", "conv"])
  func conditionalGANIsMeasuredAndDrawn(_ network: String) throws {
    try withDigits { folder in
      let weights = try trainedClassifier(folder)
      let output = try commandOutput(
        "\(ExperimentTests.penumbra) Scripts/experiments/mnist_cgan.lua --data '\(folder)' --steps 4 --every 2 "
          + "--batch 16 --pictures 2 --network \(network) --width 4 --method standard,high_both --ema 0.9 "
          + "--classifier '\(weights)' --samples 500 --out '\(folder)/digits' 2>/dev/null")
      #expect(
        output.contains("standard GAN") && output.contains("+ high blur + noise"), "\(output)")
      #expect(output.contains("the floor: ") && output.contains("figure: \(folder)/digits.png"))
      for name in ["digits.png", "digits-standard-1-000002.png", "digits-high_both-1-000004.png"] {
        #expect(contents(of: "\(folder)/\(name)")?.isEmpty == false, "\(name)")
      }
      let rows = contents(of: "\(folder)/digits.csv")?.split(separator: "\n") ?? []
      #expect(rows.count == 5 && rows.last?.hasPrefix("high_both,1,4,") == true, "\(rows)")
    }
  }

  /// Killed at any moment and started again, it ends where it would have ended.
  @Test func conditionalGANGoesOnAfterKills() throws {
    try withDigits { folder in
      let command =
        "\(ExperimentTests.penumbra) Scripts/experiments/mnist_cgan.lua --data '\(folder)' --steps 60 --every 5 "
        + "--batch 16 --pictures 0 --method both --out '\(folder)"
      _ = try commandOutput("\(command)/whole' 2>&1")
      let kills = try commandOutput(
        "for i in 1 2 3 4 5 6; do timeout -s KILL 0.$((i + 3)) \(command)/killed' >/dev/null 2>&1; echo $?; done"
      )
      #expect(kills.contains("137"), "no run was killed: \(kills)")
      _ = try commandOutput("\(command)/killed' 2>&1")
      let compare = """
        local pn = require "penumbra"
        local a = pn.load_checkpoint("\(folder)/whole-both-1.checkpoint")
        local b = pn.load_checkpoint("\(folder)/killed-both-1.checkpoint")
        local count = 0
        local function equal(x, y, place)
          if type(x) == "table" then
            for key in pairs(x) do if key ~= "seconds" then equal(x[key], y[key], place .. "." .. key) end end
          elseif type(x) == "userdata" then
            count = count + 1
            assert(x:equal(y), place)
          else
            assert(x == y or x ~= x, place)
          end
        end
        equal(a, b, "run")
        assert(count > 20)
        print(a.step, #a.curve, #b.curve)
        """
      let found = try commandOutput("echo '\(compare)' | \(ExperimentTests.penumbra) - 2>&1")
      #expect(found == "60\t12\t12\n", "\(found)")
    }
  }

  @Test func wassersteinGANGoesOnFromItsCheckpoint() throws {
    try withDigits { folder in
      func run(_ steps: Int, _ name: String) throws -> String {
        try commandOutput(
          "\(ExperimentTests.penumbra) Scripts/experiments/wgan_gp.lua --data '\(folder)' --batch 8 "
            + "--critics 2 --channels 2 --latent 4 --lazy 2 --steps \(steps) --pictures 1 "
            + "--checkpoint '\(folder)/\(name).checkpoint' --out '\(folder)/\(name)' 2>&1")
      }
      let whole = try run(4, "whole")
      #expect(whole.contains("step      4  distance"), "\(whole)")
      _ = try run(2, "parts")
      let rest = try run(4, "parts")
      #expect(rest.contains("goes on after step 2") && rest.contains("\n2 steps in"), "\(rest)")
      let same = try commandOutput(
        "cmp '\(folder)/whole-000004.png' '\(folder)/parts-000004.png' && echo same")
      #expect(same == "same\n", "\(same)")
    }
  }

  @Test func semiSupervisedLearnsFromFewLabels() throws {
    try withDigits { folder in
      func run(_ weight: Int) throws -> String {
        try commandOutput(
          "\(ExperimentTests.penumbra) Scripts/experiments/semi_supervised.lua --data '\(folder)' "
            + "--labels 20 --batch 16 --steps 40 --width 32 --noise 0 --pictures 1 "
            + "--weight \(weight) --out '\(folder)/digits' 2>&1")
      }
      #expect(try run(1).contains("test error"))
      #expect(contents(of: "\(folder)/digits-000040.png")?.isEmpty == false)
      let alone = try run(0)
      #expect(alone.contains("test error") && !alone.contains(".png"), "\(alone)")
    }
  }

  @Test func bayesianLogisticComparesTheSamplers() throws {
    try withDigits { folder in
      let output = try commandOutput(
        "\(ExperimentTests.penumbra) Scripts/experiments/bayesian_logistic.lua --data '\(folder)' "
          + "--projections 3 --batch 4 --burn_in 20 --steps 60 --reference 60 --step_sizes 0.02 "
          + "--sgld_sizes 1e-3 --out '\(folder)/posterior.png' --json '\(folder)/rows' 2>/dev/null")
      for name in ["SGLD", "SGHMC", "SGNHT", "mSGNHT", "CCAdL diagonal", "CCAdL full"] {
        #expect(output.contains("\n\(name) "), "\(output)")
      }
      #expect(contents(of: "\(folder)/posterior.png")?.isEmpty == false)
      #expect(contents(of: "\(folder)/rows")?.split(separator: "\n").count == 6)
    }
  }

  @Test func theClassifierIsTrainedSavedAndMeasured() throws {
    try withDigits { folder in
      let weights = "\(folder)/classifier.safetensors"
      let train =
        "\(ExperimentTests.penumbra) Scripts/experiments/train_classifier.lua --data '\(folder)' "
        + "--epochs 2 --batch 16 --floor 64 --out '\(weights)' 2>/dev/null"
      let output = try commandOutput(train)
      #expect(output.contains("8 steps in "), "\(output)")
      #expect(output.contains("test accuracy ") && output.contains("floor at 64 images: frechet "))
      let hash = output.split(separator: "\n").first { $0.hasPrefix("sha256 ") }?.dropFirst(7) ?? ""
      #expect(hash.count == 64)
      #expect(contents(of: weights + ".sha256") == "\(hash)  classifier.safetensors\n")
      #expect(
        try commandOutput("cd '\(folder)' && sha256sum -c classifier.safetensors.sha256")
          == "classifier.safetensors: OK\n")
      // The same seed gives the same weights, and they are what the experiments load.
      #expect(try commandOutput(train).contains("sha256 \(hash)"))
      let load = """
        local lenet = dofile "Scripts/experiments/lenet.lua"
        local c = lenet.load("\(weights)", "\(hash)")
        print(lenet.classify(c, pn.rand(3, 2, 28, 28)):size(2), lenet.features(c, pn.rand(2, 1, 28, 28)):size(2))
        print(pcall(lenet.load, "\(weights)", "0"))
        """
      let loaded = try commandOutput(
        "echo '\(load)' | \(ExperimentTests.penumbra) -l pn=penumbra -")
      #expect(loaded.hasPrefix("2\t84\nfalse\t") && loaded.contains("expected 0"), "\(loaded)")
    }
  }

  @Test func blurGalleryDrawsItsPictures() throws {
    let pictures = ["digit", "mixture", "schedules", "gradient"]
    try withDigits { folder in
      let script = "\(ExperimentTests.penumbra) Scripts/experiments/blur_gallery.lua"
      for source in ["", "--mnist '\(folder)'"] {
        let output = try commandOutput(
          "\(script) \(source) --points 40 --steps 3 --batch 8 --hidden 4 --grid 8 "
            + "--out '\(folder)/blur' 2>&1")
        for name in pictures {
          #expect(output.contains("figure: \(folder)/blur-\(name).png"), "\(output)")
          #expect(contents(of: "\(folder)/blur-\(name).png")?.isEmpty == false)
          unlink("\(folder)/blur-\(name).png")
        }
      }
      #expect(try commandOutput("\(script) --help").contains("--mnist"))
    }
  }
}
