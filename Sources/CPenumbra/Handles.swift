/// The handles that C holds: numbers that are looked up, never dereferenced.

internal import Synchronization

/// All live handles of the process.
///
/// A number is given once, so that a handle which was released, or never was one, is noticed.
enum Handles {
  /// An object and how many owners its handle has. What it belongs to says which thread may use it.
  private struct Entry: @unchecked Sendable {
    let object: AnyObject
    var owners = 1
  }

  private struct Table {
    var entries: [UInt: Entry] = [:]
    var last: UInt = 0
  }

  private static let table = Mutex(Table())

  /// A handle for an object, with one owner.
  static func add(_ object: AnyObject) -> OpaquePointer? {
    let entry = Entry(object: object)
    let number = table.withLock { table in
      table.last += 16
      table.entries[table.last] = entry
      return table.last
    }
    return OpaquePointer(bitPattern: number)
  }

  /// The object that a handle stands for if it is one of the type.
  static func find<Object: AnyObject>(_ handle: OpaquePointer?, as type: Object.Type) -> Object? {
    entry(UInt(bitPattern: handle))?.object as? Object
  }

  private static func entry(_ number: UInt) -> Entry? { table.withLock { $0.entries[number] } }

  /// One owner more. False if there is no such handle.
  static func retain<Object: AnyObject>(_ handle: OpaquePointer?, as type: Object.Type) -> Bool {
    guard find(handle, as: type) != nil else { return false }
    let number = UInt(bitPattern: handle)
    return table.withLock { table in
      guard table.entries[number] != nil else { return false }
      table.entries[number]?.owners += 1
      return true
    }
  }

  /// One owner less; the last one takes the handle away. False if there is no such handle.
  static func release<Object: AnyObject>(_ handle: OpaquePointer?, as type: Object.Type) -> Bool {
    guard find(handle, as: type) != nil else { return false }
    let number = UInt(bitPattern: handle)
    // The object may go outside the lock: what it runs then may use handles.
    var dropped: Entry?
    let found = table.withLock { table in
      guard let entry = table.entries[number] else { return false }
      if entry.owners > 1 {
        table.entries[number]?.owners -= 1
      } else {
        dropped = table.entries.removeValue(forKey: number)
      }
      return true
    }
    withExtendedLifetime(dropped) {}
    return found
  }

  /// Takes a handle away, however many owners it has.
  static func remove(_ handle: OpaquePointer?) {
    let number = UInt(bitPattern: handle)
    let dropped = table.withLock { $0.entries.removeValue(forKey: number) }
    withExtendedLifetime(dropped) {}
  }
}
