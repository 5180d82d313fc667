# Elixir's Registry as it is used: unique keys, one partition a scheduler. Prints nanoseconds an operation.
[entries] = Enum.map(System.argv(), &String.to_integer/1)
{:ok, _} = Registry.start_link(keys: :unique, name: Names, partitions: System.schedulers_online())
names = for i <- 0..(entries - 1), do: "agent-#{i}"
mean = fn list, work ->
  {micros, :ok} = :timer.tc(fn -> Enum.each(list, work) end)
  micros * 1000 / length(list)
end
before = :erlang.memory(:total)
register = mean.(names, fn name -> {:ok, _} = Registry.register(Names, name, %{team: "red"}) end)
:erlang.garbage_collect()
bytes = (:erlang.memory(:total) - before) / entries
look = fn name -> [{_, _}] = Registry.lookup(Names, name) end
hot = for i <- 0..1_000_000, do: "agent-#{rem(i * 7919, 64)}"
all = Enum.shuffle(names)
mean.(all, look)
IO.puts("register_ns=#{register}")
IO.puts("lookup_ns=#{mean.(hot, look)}")
some = for i <- 0..1_000_000, do: "agent-#{rem(i * 7919, min(4096, entries))}"
IO.puts("miss_ns=#{mean.(some, look)}")
IO.puts("cold_ns=#{mean.(all, look)}")
IO.puts("bytes_per_entry=#{bytes}")
